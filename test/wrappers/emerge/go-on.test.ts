/** What to type after a run that did not get through; that it works is shown by test/commands/graph-last.test.ts. */
import { expect, test } from 'vitest';
import type { NodeState } from '../../../portage/graph.ts';
import { nextCommands } from '../../../wrappers/emerge/go-on.ts';
import {
  type DocumentNode,
  type GraphDocument,
  graphDocument,
} from '../../../wrappers/emerge/graph-document.ts';

/** A chain: each needs the one before it. */
function run(
  states: Readonly<Record<string, NodeState>>,
  asked: readonly string[],
  { exit = 1, root = '/' }: { exit?: number | null; root?: string } = {},
): GraphDocument {
  const nodes = Object.entries(states).map(([name, state]): DocumentNode => {
    const cpv = `app-misc/${name}-1`;
    return { id: root === '/' ? cpv : `${root}:${cpv}`, cpv, root, type: 'ebuild', slot: '0', state };
  });
  const edges = nodes.slice(1).map((node, at) => ({
    from: node.id,
    to: nodes[at]?.id ?? '',
    kinds: ['depend'] as const,
    againstOrder: false,
  }));
  return graphDocument({ pid: 1, started: 1, ended: 2, exit, targets: [], asked }, nodes, edges);
}
const commands = (document: GraphDocument, resumable?: readonly string[]) =>
  nextCommands(document, resumable).map(({ command }) => command);
const ids = (...names: string[]) => names.map(name => `app-misc/${name}-1`);

test('nothing after a run that got through', () => {
  expect(commands(run({ a: 'done' }, ['app-misc/a'], { exit: 0 }))).toEqual([]);
  expect(commands(run({ a: 'done' }, ['app-misc/a']), ids('b'))).toEqual([]);
});

test('the list is still there', () => {
  const document = run({ a: 'done', b: 'failed', c: 'waiting' }, ['app-misc/c']);
  expect(commands(document, ids('b', 'c'))).toEqual(['emerge --resume', 'emerge --resume --skipfirst']);
  // the failed one does not stand first
  expect(commands(document, ids('c', 'b'))).toEqual(['emerge --resume', 'emerge --resume --keep-going']);
  expect(commands(run({ a: 'failed' }, ['app-misc/a']), ids('a'))).toEqual(['emerge --resume']);
  expect(commands(run({ a: 'waiting' }, [], { exit: null }), ids('a'))).toEqual(['emerge --resume']);
});

test('another list has taken its place, or none was left', () => {
  const document = run({ a: 'failed', b: 'waiting' }, ['app-misc/b']);
  for (const resumable of [undefined, ids('x'), ids('a'), ids('a', 'b', 'c')])
    expect(commands(document, resumable)).toEqual(['emerge app-misc/b']);
});

test('what was asked for as a set, and what nobody asked for, does not get into world', () => {
  expect(commands(run({ a: 'failed', b: 'dropped' }, ['@world']))).toEqual([
    "emerge --oneshot '=app-misc/a-1' '=app-misc/b-1'",
  ]);
  // c needs b needs a; d is beside them
  expect(commands(run({ a: 'failed', b: 'dropped', c: 'dropped' }, ['@world', 'app-misc/b']))).toEqual([
    'emerge app-misc/b',
    "emerge --oneshot '=app-misc/c-1'",
  ]);
});

test('words are quoted for any shell, and another root is named', () => {
  expect(commands(run({ a: 'failed' }, ['>=app-misc/a-1']))).toEqual(["emerge '>=app-misc/a-1'"]);
  expect(commands(run({ a: 'failed' }, ['app-misc/a'], { root: '/mnt/it is' }))).toEqual([
    "emerge '--root=/mnt/it is' app-misc/a",
  ]);
});
