/** `tumpline why CPV -- ARGS…`: the chains from what was asked for to one listed package. */

import type { ExplainedEdge } from '../portage/edges.ts';
import { indexGraph } from '../portage/graph.ts';
import { chainsTo } from '../portage/graph-paths.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { type PretendedRun, pretend } from '../wrappers/emerge/pretend.ts';
import { targetIds } from '../wrappers/emerge/targets.ts';
import { flag, type Invocation } from './command.ts';
import { nodeOf, pretendedDocument } from './graph.ts';
import { locateFor } from './roots.ts';

interface Step {
  from: string;
  to: string;
  reasons: { kind: string; atom: string; conditions: readonly string[]; chosen: boolean }[];
}

interface Answer {
  id: string;
  reason: string | null;
  /** flags that differ from what is installed */
  changedUse: readonly string[];
  asked: boolean;
  chains: Step[][];
}

export async function why(invocation: Invocation): Promise<number> {
  const { located } = locateFor(invocation);
  const run = await pretend(located, invocation.rest);
  const { id } = nodeOf(pretendedDocument(run, undefined), invocation.positionals[0] ?? '');
  const answer = explain(run, id);
  process.stdout.write(
    flag(invocation, 'json') ? jsonDocument('tumpline.why/1', answer) : answerText(answer, run),
  );
  return 0;
}

function explain(run: PretendedRun, id: string): Answer {
  const index = indexGraph(run);
  const targets = targetIds(run.nodes, run.targets);
  const edges = new Map(run.edges.map(edge => [`${edge.from}\n${edge.to}`, edge]));
  const chains = chainsTo(index, targets, id).map(chain =>
    chain.flatMap(({ from, to }): Step[] => {
      const edge: ExplainedEdge | undefined = edges.get(`${from}\n${to}`);
      return edge === undefined ? [] : [{ from, to, reasons: edge.reasons.map(reason => ({ ...reason })) }];
    }),
  );
  return {
    id,
    reason: run.nodes.find(node => node.id === id)?.reason ?? null,
    changedUse: run.changedFlags.get(id) ?? [],
    asked: targets.has(id),
    chains: chains.filter(chain => chain.length > 0),
  };
}

function stepText(step: Step): string {
  const [first] = step.reasons;
  if (first === undefined) return '';
  const conditions = first.conditions.length === 0 ? '' : ` with USE ${first.conditions.join(' ')}`;
  const choice = first.chosen ? ', one of several that would do' : '';
  return `${first.kind.toUpperCase()} ${first.atom}${conditions}${choice}`;
}

function answerText(answer: Answer, run: PretendedRun): string {
  const paint = painter(process.stdout);
  const because = answer.reason ?? 'listed';
  const use = answer.changedUse.length === 0 ? '' : `, USE ${answer.changedUse.join(' ')}`;
  const lines = [`${paint('bold', answer.id)}  ${because}${use}`];
  if (answer.asked) lines.push(`  asked for: ${run.asked.join(' ')}`);
  for (const chain of answer.chains) {
    lines.push('', `  ${chain[0]?.from ?? ''}  asked for`);
    for (const [depth, step] of chain.entries()) {
      lines.push(`  ${'  '.repeat(depth)}└─ ${step.to}  ${paint('dim', stepText(step))}`);
    }
  }
  if (!answer.asked && answer.chains.length === 0) {
    lines.push(
      '  nothing that was asked for leads to it: an installed package needs it, or a slot operator rebuilds it',
    );
  }
  return `${lines.join('\n')}\n`;
}
