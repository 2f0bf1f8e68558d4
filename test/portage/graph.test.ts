import { expect, test } from 'vitest';
import { type GraphNode, indexGraph, orientEdges, reduceTransitively } from '../../portage/graph.ts';
import { chainsTo, criticalPath, neighbourhood } from '../../portage/graph-paths.ts';
import { randomGraph, seeded } from '../wrappers/emerge/picture/random.ts';

const nodes = 'libc zlib perl ssl curl git'
  .split(' ')
  .map((id): GraphNode => ({ id, cpv: id, root: '/', type: 'ebuild' }));
const edges = orientEdges(
  nodes,
  [
    'zlib libc',
    'perl libc',
    'perl zlib',
    'ssl perl',
    'ssl zlib',
    'curl ssl',
    'curl zlib',
    'git curl',
    'git perl',
    'libc perl',
    'git git',
    'git unknown',
  ].map(pair => {
    const [from, to] = pair.split(' ') as [string, string];
    return { from, to, kinds: ['depend'] as const };
  }),
);
const index = indexGraph({ nodes, edges });
const named = (lists: readonly (readonly number[])[]) =>
  Object.fromEntries(lists.map((list, at) => [nodes[at]?.id, list.map(one => nodes[one]?.id).join(' ')]));

test('orientation follows the merge order and forgets what is not listed', () => {
  expect(edges).toHaveLength(10);
  expect(edges.filter(edge => edge.againstOrder).map(edge => `${edge.from} ${edge.to}`)).toEqual([
    'libc perl',
  ]);
});

test('the index lists what is needed, held and against the order', () => {
  expect(named(index.dependencies)).toMatchObject({ libc: '', perl: 'libc zlib', git: 'perl curl' });
  expect(named(index.dependents)).toMatchObject({ libc: 'zlib perl', zlib: 'perl ssl curl', git: '' });
  expect(named(index.against)).toMatchObject({ libc: 'perl', zlib: '' });
  expect(index.edge(5, 4)?.kinds).toEqual(['depend']);
  expect(index.edge(4, 5)).toBeUndefined();
});

test('reduction leaves one way where there are several', () => {
  expect(named(index.reducedDependencies)).toEqual({
    libc: '',
    zlib: 'libc',
    perl: 'zlib',
    ssl: 'perl',
    curl: 'ssl',
    git: 'curl',
  });
  expect(named(index.reducedDependents)).toMatchObject({ libc: 'zlib', curl: 'git', git: '' });
});

test('reduction keeps reachability and nothing more, on random graphs of up to 100 nodes', () => {
  for (let seed = 1; seed <= 60; seed++) {
    const random = seeded(seed);
    const lists = indexGraph(randomGraph(random, 2 + random(99), 1 + random(4))).dependencies;
    const reduced = reduceTransitively(lists);
    const [before, after] = [closure(lists), closure(reduced)];
    expect(after).toEqual(before);
    reduced.forEach((list, at) => {
      for (const to of list) {
        const otherWay = list.some(other => other !== to && before[other]?.has(to));
        expect(otherWay, `${at} -> ${to} of seed ${seed}`).toBe(false);
      }
    });
  }
});

function closure(lists: readonly (readonly number[])[]): Set<number>[] {
  const reach: Set<number>[] = [];
  for (const list of lists) {
    const own = new Set<number>();
    for (const to of list) for (const one of [to, ...(reach[to] ?? [])]) own.add(one);
    reach.push(own);
  }
  return reach;
}

test('neighbourhoods tell the distance', () => {
  expect(Object.fromEntries(neighbourhood(index, ['git'], 'dependencies'))).toEqual({
    perl: 1,
    curl: 1,
    libc: 2,
    zlib: 2,
    ssl: 2,
  });
  expect([...neighbourhood(index, ['zlib'], 'dependents', 1).keys()]).toEqual(['perl', 'ssl', 'curl']);
  expect(neighbourhood(index, ['no such'], 'dependents').size).toBe(0);
});

test('chains go from a target to the package by the shortest way', () => {
  const words = (targets: string[], id: string, limit?: number) =>
    chainsTo(index, new Set(targets), id, limit).map(chain =>
      chain.map(edge => `${edge.from}>${edge.to}`).join(' '),
    );
  expect(words(['git'], 'zlib')).toEqual(['git>perl perl>zlib']);
  expect(words(['git', 'ssl'], 'zlib')).toEqual(['ssl>zlib', 'git>perl perl>zlib']);
  expect(words(['git', 'ssl'], 'zlib', 1)).toEqual(['ssl>zlib']);
  expect(words(['git'], 'git')).toEqual(['']);
  expect(words(['libc'], 'git')).toEqual([]);
  // only against the order
  expect(words(['libc'], 'perl')).toEqual(['libc>perl']);
});

test('a chain prefers a build dependency to a PDEPEND of the same length', () => {
  const four = 'd b c a'.split(' ').map((id): GraphNode => ({ id, cpv: id, root: '/', type: 'ebuild' }));
  const pair = (from: string, to: string, kind: 'pdepend' | 'depend') => ({
    from,
    to,
    kinds: [kind] as const,
  });
  const small = indexGraph({
    nodes: four,
    edges: orientEdges(four, [
      pair('a', 'b', 'pdepend'),
      pair('a', 'c', 'depend'),
      pair('b', 'd', 'depend'),
      pair('c', 'd', 'depend'),
    ]),
  });
  expect(chainsTo(small, new Set(['a']), 'd')[0]?.map(edge => edge.from)).toEqual(['a', 'c']);
});

test('the critical path is the heaviest chain', () => {
  const weights: Record<string, number> = { libc: 10, zlib: 1, perl: 5, ssl: 7, curl: 3, git: 2 };
  const result = criticalPath(index, id => weights[id] ?? 0);
  expect(result.path).toEqual(['libc', 'zlib', 'perl', 'ssl', 'curl', 'git']);
  expect(result.length).toBe(28);
  expect(result.remaining).toEqual([28, 18, 17, 12, 5, 2]);
  expect(criticalPath(indexGraph({ nodes: [], edges: [] }), () => 1)).toEqual({
    path: [],
    length: 0,
    remaining: [],
  });
});
