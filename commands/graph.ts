/** `tumpline graph`: the graph of what would be merged, or of a run that is kept. */
import type { GraphNode } from '../portage/graph.ts';
import { Fault } from '../system/fault.ts';
import { printable } from '../system/printable.ts';
import { besidesListed } from '../wrappers/emerge/besides.ts';
import { documentText, textStyle } from '../wrappers/emerge/document-text.ts';
import {
  type DocumentNode,
  type GraphDocument,
  graphDocument,
  listedOf,
} from '../wrappers/emerge/graph-document.ts';
import { type PretendedRun, pretend } from '../wrappers/emerge/pretend.ts';
import { targetIds } from '../wrappers/emerge/targets.ts';
import { flag, type Invocation, word } from './command.ts';
import { listRuns, type RecordedRun, recordedRun, recordedText } from './graph-runs.ts';
import { configurationFor, locateFor } from './roots.ts';

export async function graph(invocation: Invocation): Promise<number> {
  const wanted = (['pretend', 'last', 'run', 'runs', 'watch'] as const).filter(
    name => flag(invocation, name) || word(invocation, name) !== undefined,
  );
  const [way] = wanted;
  if (wanted.length > 1 || way === undefined)
    throw new Fault('usage', 'graph: one of --pretend, --last, --run, --runs and --watch is needed', {
      hint: 'tumpline graph --pretend -- @world',
    });
  if (way === 'watch') return watch(invocation);
  if (way === 'runs') return listRuns(invocation);
  const asked = word(invocation, 'focus');
  const recorded = way === 'pretend' ? undefined : recordedRun(invocation);
  const { document, focus } =
    recorded === undefined ? await pretended(invocation, asked) : focused(recorded.document, asked);
  process.stdout.write(await formatted(invocation, document, focus, recorded));
  return 0;
}

interface Focused {
  readonly document: GraphDocument;
  /** An id. */
  readonly focus: string | undefined;
}

function focused(document: GraphDocument, asked: string | undefined): Focused {
  return { document, focus: asked === undefined ? undefined : nodeOf(document, asked).id };
}

async function formatted(
  invocation: Invocation,
  document: GraphDocument,
  focus: string | undefined,
  recorded: RecordedRun | undefined,
): Promise<string> {
  switch (word(invocation, 'format')) {
    case 'json':
      return `${JSON.stringify(document, undefined, 2)}\n`;
    case 'dot':
      return (await import('../wrappers/emerge/picture/dot.ts')).graphDot(document, focus);
    case 'svg':
      return (await import('../wrappers/emerge/picture/svg.ts')).graphSvg(document, focus);
    default: {
      const { located, places } = locateFor(invocation);
      const { settings } = await configurationFor(places);
      const { columns } = process.stdout;
      const text = documentText(document, focus, settings.graph, columns, process.env);
      if (recorded === undefined) return text;
      const style = textStyle(settings.graph, columns, process.env);
      return text + recordedText(located, recorded, style);
    }
  }
}

async function pretended(invocation: Invocation, asked: string | undefined): Promise<Focused> {
  const { located } = locateFor(invocation);
  const run = await pretend(located, invocation.rest);
  const focus = asked === undefined ? undefined : nodeOf(run, asked).id;
  return { document: pretendedDocument(run, focus), focus };
}

/** The list, and what is installed beside the focus, or beside the targets without one. */
export function pretendedDocument(run: PretendedRun, focus: string | undefined): GraphDocument {
  const targets = targetIds(run.nodes, run.targets);
  const aside = besidesListed(
    run,
    run.installedPackages.get('/') ?? [],
    focus === undefined ? [...targets] : [focus],
  );
  const foretold = run.foretell();
  const waiting = (node: (typeof run.nodes)[number]): DocumentNode => {
    const predicted = foretold?.packages.get(node.id);
    return { ...node, state: 'waiting', ...(predicted === undefined ? {} : { predicted }) };
  };
  const nodes = [
    ...run.nodes.map(waiting),
    ...aside.nodes.map((node): DocumentNode => ({ ...node, state: 'done' })),
  ];
  const edges = run.edges.map(({ from, to, kinds, againstOrder }) => ({ from, to, kinds, againstOrder }));
  const beside = aside.edges.map(edge => ({ ...edge, againstOrder: false }));
  const facts = {
    ...{ pid: null, started: null, ended: null, exit: null, targets: [...targets], asked: run.asked },
    ...(foretold ? { predicted: foretold.run } : {}),
  };
  return graphDocument(facts, nodes, [...edges, ...beside]);
}

/** The node that a user means: a cpv, a cp or a bare name. Fault `usage` for none or several. */
export function nodeOf<Node extends GraphNode>(
  list: { readonly nodes: readonly Node[] },
  text: string,
): Node {
  const listed = listedOf(list);
  const name = (cpv: string) => cpv.replace(/-\d[^/]*$/, '');
  const exact = listed.filter(node => node.id === text || node.cpv === text);
  const found =
    exact.length > 0
      ? exact
      : listed.filter(({ cpv }) => name(cpv) === text || name(cpv).endsWith(`/${text}`));
  if (found.length === 1 && found[0]) return found[0];
  const what =
    found.length === 0 ? 'is not in the list' : `is several: ${found.map(({ id }) => id).join(' ')}`;
  throw new Fault('usage', `${printable(text)}: ${what}`, { hint: `emerge --pretend ${printable(text)}` });
}

async function watch(invocation: Invocation): Promise<number> {
  const { watchedPid, watchedRoots } = await import('../wrappers/emerge/watch/watched.ts');
  const pid = watchedPid(word(invocation, 'pid'), () => locateFor(invocation).located.eprefix);
  const { environment, roots } = watchedRoots(pid, process.env);
  const { located, places } = locateFor(invocation, environment, roots);
  const { settings } = await configurationFor(places);
  const options = { pid, located, places, settings: settings.graph, environment };
  if (process.stdin.isTTY && process.stdout.isTTY && process.env['TERM'] !== 'dumb') {
    const { watchOnTerminal } = await import('../wrappers/emerge/watch/on-terminal.ts');
    return watchOnTerminal(options);
  }
  const { watchAsText } = await import('../wrappers/emerge/watch/as-text.ts');
  await watchAsText({
    ...options,
    columns: Math.min(process.stdout.columns ?? 100, 200),
    write: text => process.stdout.write(text),
  });
  return 0;
}
