import { expect, test } from 'vitest';
import { indexGraph } from '../../../../portage/graph.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { quick } from '../../../kit/environment.ts';
import { crossingsOver, drawRun, movedRows } from './drawn-run.ts';
import { countCrossings, leastCrossings } from './least-crossings.ts';
import { randomGraph, seeded } from './random.ts';
import { readConnections } from './reading.ts';
import { plain } from './sample.ts';

const sizes = [
  { columns: 79, rows: 7 },
  { columns: 119, rows: 10 },
  { columns: 199, rows: 10 },
];
const runs = quick ? 3 : 12;
const drawn = Array.from({ length: runs }, (_, seed) => {
  const index = indexGraph(randomGraph(seeded(seed + 1), 60, 2 + (seed % 2)));
  const size = sizes[seed % sizes.length]!;
  return [1, 2, 4].flatMap(jobs => [...drawRun({ index, jobs, size, seed: `run ${seed}` })]);
})
  .flat()
  .filter(one => one.isNew);

test('frame after frame the strokes say what the view holds', () => {
  expect(drawn.length).toBeGreaterThan(runs * 150);
  for (const { frame } of drawn) {
    const wanted = frame.layout?.view.edges.map(edge => `${edge.left} -> ${edge.right}`) ?? [];
    expect([...readConnections(frame)].sort(), plain(frame)).toEqual(wanted.sort());
  }
});

test('in 95 of 100 frames with something new in the middle whatever stays keeps its row', () => {
  const moved = drawn.filter(
    ({ frame, before }) => frame.layout && movedRows(before?.layout, frame.layout) > 0,
  );
  expect(moved.length / drawn.length).toBeLessThanOrEqual(0.05);
});

test('what is kept of the frame before shows in nothing', () => {
  const index = indexGraph(randomGraph(seeded(5), 60, 3));
  for (const { input, frame } of drawRun({
    index,
    jobs: 3,
    size: { columns: 119, rows: 10 },
    seed: 'kept',
  })) {
    const { layout } = frame;
    if (layout === undefined) continue;
    const strange = { ...frame, layout: { ...layout, basis: [], placed: { ...layout.placed } } };
    expect(drawFrame({ ...input, previous: strange }).lines).toEqual(frame.lines);
  }
});

test('no order of the columns has fewer crossings', () => {
  for (const { frame } of drawn) {
    if (frame.layout) expect(crossingsOver(frame.layout), plain(frame)).toBe(0);
  }
});

test('the fewest crossings are those of all orders', () => {
  const columns = [
    [0, 1, 2],
    [3, 4, 5],
    [6, 7],
  ];
  const lines = [
    [
      [0, 5],
      [1, 4],
      [2, 3],
      [0, 4],
      [2, 4],
      [2, 5],
    ],
    [
      [3, 6],
      [5, 6],
      [4, 7],
    ],
  ] as const;
  const all = columns.map(permutations);
  let least = Number.POSITIVE_INFINITY;
  for (const first of all[0]!)
    for (const second of all[1]!)
      for (const third of all[2]!) {
        const place = (item: number) => [first, second, third].find(one => one.includes(item))!.indexOf(item);
        least = Math.min(least, countCrossings({ columns, lines }, place));
      }
  expect(least).toBeGreaterThan(0);
  expect(leastCrossings({ columns, lines }, 100)).toBe(least);
});

function permutations(items: readonly number[]): number[][] {
  if (items.length === 0) return [[]];
  return items.flatMap(item =>
    permutations(items.filter(other => other !== item)).map(rest => [item, ...rest]),
  );
}
