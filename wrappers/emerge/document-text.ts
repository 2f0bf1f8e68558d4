/** A graph document as text for people: the picture around a focus, and the list. Pure. */
import { indexGraph } from '../../portage/graph.ts';
import type { Settings } from '../../system/configuration-keys.ts';
import { type DocumentNode, type GraphDocument, listedOf } from './graph-document.ts';
import { listText } from './list-text.ts';
import { terminalStyle } from './live/style.ts';
import { elapsedText } from './picture/names.ts';
import { renderText } from './picture/text.ts';

/** Of plain text on standard output; `columns` is undefined where that is no terminal. */
export function textStyle(
  settings: Settings['graph'],
  columns: number | undefined,
  environment: NodeJS.ProcessEnv,
): { columns: number; unicode: boolean } {
  const { unicode } = terminalStyle(settings, undefined, environment);
  return { columns: Math.min(columns ?? 100, 200), unicode };
}

/** Around `focus`, else around what failed or was asked for, else the last of the list. */
export function documentText(
  document: GraphDocument,
  focus: string | undefined,
  settings: Settings['graph'],
  columns: number | undefined,
  environment: NodeJS.ProcessEnv,
): string {
  const listed = listedOf(document);
  if (listed.length === 0) return 'nothing to merge\n';
  const ids = new Set(listed.map(({ id }) => id));
  const edges = document.edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const index = indexGraph({ nodes: listed, edges });
  const targets = new Set(document.run.targets.filter(id => ids.has(id)));
  const failed = listed.filter(({ state }) => state === 'failed').map(({ id }) => id);
  const [last = ''] = listed.map(({ id }) => id).slice(-1);
  const around = [failed, [...targets], [last]].find(some => some.length > 0) ?? [];
  const middle = focus === undefined ? around.slice(0, 4) : [focus];
  const count = (state: DocumentNode['state']) => listed.filter(node => node.state === state).length;
  const style = textStyle(settings, columns, environment);
  const text = renderText({
    index,
    states: new Map(listed.map(({ id, state }) => [id, { state }])),
    targets,
    installed: {
      nodes: document.nodes.filter(node => node.type === 'installed'),
      edges: document.edges.filter(({ from, to }) => !ids.has(from) || !ids.has(to)),
    },
    counts: { done: count('done'), total: listed.length, running: 0, failed: count('failed') },
    ...style,
    nodes: settings.nodes,
    focus: middle,
  });
  // the row of counts is for what runs
  const picture = text.trimEnd().split('\n').slice(0, -1).join('\n').trimEnd();
  const facts = listed.length === 1 ? '1 package' : `${listed.length} packages`;
  const predicted = predictedText(document, facts);
  const groups = listText(listed, index, style);
  return `${picture}\n\n${facts}, ${edges.length} dependencies among them\n${groups}${predicted}`;
}

/** `about 12m05 at -j4, by the merges in emerge.log`, or nothing. */
function predictedText({ run: { predicted } }: GraphDocument, packages: string): string {
  if (typeof predicted?.seconds !== 'number') return '';
  const { seconds, jobs, unknown } = predicted;
  const guessed = unknown > 0 ? `, which knows nothing of ${unknown} of the ${packages}` : '';
  const at = jobs === null ? '--jobs' : `-j${jobs}`;
  return `about ${elapsedText(seconds)} at ${at}, by the merges in emerge.log${guessed}\n`;
}
