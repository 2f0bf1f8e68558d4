/** How a recorded run ended, as text for people: what failed and why, what was not built, how to go on. Pure. */
import { type GraphIndex, indexGraph } from '../../portage/graph.ts';
import { neighbourhood } from '../../portage/graph-paths.ts';
import { printable } from '../../system/printable.ts';
import { leftOver, type NextCommand } from './go-on.ts';
import { type DocumentNode, type Failure, type GraphDocument, listedOf } from './graph-document.ts';
import { namesOf, shorten } from './picture/names.ts';

const mostNameRows = 3;

export interface OutcomeStyle {
  readonly columns: number;
  readonly unicode: boolean;
}

/** Words in rows of at most `columns`, behind `head` and below it; what does not fit in three rows is counted. */
export function nameRows(head: string, names: readonly string[], columns: number): string[] {
  const indent = ' '.repeat(Math.min(head.length, 8));
  for (let count = names.length; count > 0; count -= 1) {
    const rest = names.length - count;
    const words = [...names.slice(0, count), ...(rest > 0 ? [`+${rest} more`] : [])];
    const rows = [head];
    for (const word of words) {
      const row = rows.at(-1) ?? '';
      if (row.length + 1 + word.length <= columns || row.trim() === '')
        rows[rows.length - 1] = `${row} ${word}`;
      else rows.push(`${indent} ${word}`);
    }
    if (rows.length <= mostNameRows || count === 1) return rows;
  }
  return [head];
}

/** Lines with line ends; empty for a run that got through. */
export function outcomeText(
  document: GraphDocument,
  next: readonly NextCommand[],
  { columns, unicode }: OutcomeStyle,
): string {
  if (document.run.exit === 0) return '';
  const listed = listedOf(document);
  const left = leftOver(document);
  const names = namesOf(listed, true);
  const nameOf = ({ id }: DocumentNode) => names.get(id) ?? id;
  const index = indexGraph({ nodes: listed, edges: document.edges });
  const failed = left.filter(({ state }) => state === 'failed');
  const told = new Map((document.failures ?? []).map(failure => [failure.id, failure]));
  const lines: string[] = [];
  const held = new Set<string>();
  for (const node of failed) {
    lines.push(...failureLines(node, told.get(node.id), columns, unicode));
    const because = waitingFor(index, node, left);
    for (const { id } of because) held.add(id);
    if (because.length > 0)
      lines.push(...nameRows('  not built because of it:', because.map(nameOf), columns));
    lines.push('');
  }
  const others = left.filter(node => node.state !== 'failed' && !held.has(node.id));
  const dropped = others.filter(({ state }) => state === 'dropped');
  const waiting = others.filter(({ state }) => state !== 'dropped');
  if (dropped.length > 0) lines.push(...nameRows('dropped from the list:', dropped.map(nameOf), columns));
  if (waiting.length > 0)
    lines.push(...nameRows(failed.length > 0 ? 'not reached:' : 'not merged:', waiting.map(nameOf), columns));
  if (next.length > 0) {
    const width = Math.min(40, Math.max(...next.map(({ command }) => command.length)));
    lines.push('to go on:', ...next.map(one => `  ${printable(one.command).padEnd(width)}   ${one.when}`));
  }
  if (lines.at(-1) === '') lines.pop();
  return lines.map(line => `${line}\n`).join('');
}

function failureLines(
  node: DocumentNode,
  failure: Failure | undefined,
  columns: number,
  unicode: boolean,
): string[] {
  const phase = failure?.phase === undefined ? '' : ` in ${printable(failure.phase)}`;
  const log = failure?.log === undefined ? 'no log was found' : printable(failure.log);
  const words = (failure?.lines ?? []).map(line => printable(line.replaceAll('\t', '    ')));
  return [
    `${unicode ? '✘' : 'x'} ${printable(node.id)} failed${phase}`,
    `  ${log}`,
    ...words.map(line => `    ${shorten(line, columns - 4, unicode)}`),
  ];
}

/** What needs it, near or far, and was not built. */
function waitingFor(index: GraphIndex, node: DocumentNode, left: readonly DocumentNode[]): DocumentNode[] {
  const needing = neighbourhood(index, [node.id], 'dependents');
  return left.filter(({ id, state }) => state !== 'failed' && needing.has(id));
}
