/** What to type after a run that did not get through. Pure. */
import { indexGraph } from '../../portage/graph.ts';
import { neighbourhood } from '../../portage/graph-paths.ts';
import { type DocumentNode, type GraphDocument, listedOf } from './graph-document.ts';
import { targetIds } from './targets.ts';

export interface NextCommand {
  readonly command: string;
  /** When it is the right one. */
  readonly when: string;
}

/** The listed packages that are not merged, in merge order. */
export function leftOver(document: GraphDocument): DocumentNode[] {
  return listedOf(document).filter(({ state }) => state !== 'done');
}

function quoted(word: string): string {
  // zsh expands a leading =, and every shell < > ~ *
  return /^[\w@%+:,./-][\w@%+=:,./-]*$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function onceMended(failed: readonly unknown[]): string {
  return failed.length === 1 ? 'once it is mended' : 'once they are mended';
}

/**
 * `resumable` are the ids of what `emerge --resume` would go on with, in its order; undefined where there is nothing.
 * Once another run has taken its place, and after --keep-going, which leaves no list behind, the packages are named.
 */
export function nextCommands(
  document: GraphDocument,
  resumable: readonly string[] | undefined,
): readonly NextCommand[] {
  const left = leftOver(document);
  if (left.length === 0 || document.run.exit === 0) return [];
  const roots = new Set(left.map(({ root }) => root));
  const [root = '/'] = roots.size === 1 ? roots : [];
  const emerge = ['emerge', ...(root === '/' ? [] : [quoted(`--root=${root}`)])].join(' ');
  const failed = left.filter(({ state }) => state === 'failed');
  const ids = new Set(left.map(({ id }) => id));
  const own = resumable?.length === left.length && resumable.every(id => ids.has(id));
  if (!own) return byName(document, left, failed, emerge);
  const resume = `${emerge} --resume`;
  if (failed.length === 0) return [{ command: resume, when: 'to go on where it stopped' }];
  const first = { command: resume, when: onceMended(failed) };
  if (left.length === failed.length) return [first];
  const [only] = failed;
  return failed.length === 1 && resumable[0] === only?.id
    ? [first, { command: `${resume} --skipfirst`, when: 'for all that can do without it' }]
    : [first, { command: `${resume} --keep-going`, when: 'for all that can do without them' }];
}

/** What was asked for by name is asked for again and brings its dependencies; the rest must not get into world. */
function byName(
  document: GraphDocument,
  left: readonly DocumentNode[],
  failed: readonly DocumentNode[],
  emerge: string,
): NextCommand[] {
  const when = failed.length === 0 ? 'for what is left' : onceMended(failed);
  const words = (document.run.asked ?? []).filter(word => !word.startsWith('@'));
  const wanted = words.filter(word => targetIds(left, [word]).size > 0);
  const named = targetIds(left, wanted);
  const needed = neighbourhood(indexGraph(document), named, 'dependencies');
  const others = left.filter(({ id }) => !named.has(id) && !needed.has(id));
  return [
    ...(wanted.length > 0 ? [{ command: [emerge, ...wanted.map(quoted)].join(' '), when }] : []),
    ...(others.length > 0
      ? [{ command: [emerge, '--oneshot', ...others.map(({ cpv }) => quoted(`=${cpv}`))].join(' '), when }]
      : []),
  ];
}
