/** The lines below a pretended picture. */
import { expect, test } from 'vitest';
import { indexGraph, orientEdges } from '../../../portage/graph.ts';
import type { DocumentNode } from '../../../wrappers/emerge/graph-document.ts';
import { chainLine, listText, reasonLines } from '../../../wrappers/emerge/list-text.ts';

function node(name: string, reason?: string): DocumentNode {
  const cpv = `app-misc/${name}-1`;
  return {
    id: cpv,
    cpv,
    root: '/',
    type: 'ebuild',
    state: 'waiting',
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Each needs the one before it. */
function chainOf(length: number) {
  const nodes = Array.from({ length }, (_, at) => node(`p${at}`));
  const edges = nodes.slice(1).map(({ id }, at) => ({
    from: id,
    to: nodes[at]?.id ?? '',
    kinds: ['depend'] as const,
  }));
  return { nodes, index: indexGraph({ nodes, edges: orientEdges(nodes, edges) }) };
}

test('packages stand behind their reason', () => {
  const listed = [
    node('b', 'reinstall'),
    node('a', 'new'),
    node('c', 'upgrade'),
    node('d', 'new'),
    { ...node('old'), type: 'uninstall' as const },
  ];
  expect(reasonLines(listed, 80)).toEqual([
    'new 2        a-1 d-1',
    'upgrade 1    c-1',
    'reinstall 1  b-1',
    'uninstall 1  old-1',
  ]);
});

test('no reasons, no lines', () => {
  expect(reasonLines([node('a')], 80)).toEqual([]);
  expect(listText([node('a')], chainOf(1).index, { columns: 80, unicode: true })).toBe('');
});

test('many packages fill three rows at most, and the others are counted', () => {
  const listed = Array.from({ length: 200 }, (_, at) => node(`package${at}`, 'new'));
  const lines = reasonLines(listed, 80);
  expect(lines.length).toBe(3);
  expect(lines.every(line => line.length <= 80)).toBe(true);
  const shown = lines.join(' ').match(/package\d+-1/g)?.length ?? 0;
  expect(lines.at(-1)).toMatch(new RegExp(`\\+${200 - shown} more$`));
});

function chain(length: number, columns: number, unicode = true) {
  const { nodes, index } = chainOf(length);
  return chainLine(nodes, index, { columns, unicode });
}

test('the chain is cut in its middle', () => {
  expect(chain(1, 60)).toBeUndefined();
  expect(chain(3, 60)).toBe('longest chain, 3 packages: p0 ▸ p1 ▸ p2');
  expect(chain(30, 60)).toBe('longest chain, 30 packages: p0 ▸ p1 ▸ … +26 ▸ p28 ▸ p29');
  for (const columns of [30, 40, 50, 70, 100, 200])
    expect(chain(30, columns, false)?.length).toBeLessThanOrEqual(columns);
});

test('predicted times decide where most have one', () => {
  const nodes = ['a', 'b', 'long', 'end'].map((name, at) => ({
    ...node(name),
    predicted: [1, 1, 600, 5][at] ?? 0,
  }));
  const pairs = [
    ['b', 'a'],
    ['end', 'b'],
    ['end', 'long'],
  ].map(([from, to]) => ({ from: `app-misc/${from}-1`, to: `app-misc/${to}-1`, kinds: ['depend'] as const }));
  const index = indexGraph({ nodes, edges: orientEdges(nodes, pairs) });
  const style = { columns: 80, unicode: false };
  expect(chainLine(nodes, index, style)).toBe('critical path, 2 packages, about 10m05: long > end');
  const without = (...names: string[]) =>
    nodes.map(({ predicted, ...rest }) =>
      names.some(name => rest.id === `app-misc/${name}-1`) ? rest : { ...rest, predicted },
    );
  // the mean of the others is 202 seconds
  expect(chainLine(without('a'), index, style)).toBe('critical path, 2 packages, about 10m05: long > end');
  expect(chainLine(without('a', 'b'), index, style)).toBe('longest chain, 3 packages: a > b > end');
});
