import { expect, test } from 'vitest';
import { ordered } from '../../../../wrappers/emerge/picture/column-order.ts';
import { type Layered, type Line, layered } from '../../../../wrappers/emerge/picture/layered.ts';
import { quick } from '../../../kit/environment.ts';
import { seeded } from './random.ts';

type Column = readonly number[];

function orders(items: Column): Column[] {
  if (items.length < 2) return [items];
  return items.flatMap((item, at) => orders(items.toSpliced(at, 1)).map(rest => [item, ...rest]));
}

function between(upper: Column, lower: Column, joints: Layered['joints']): number {
  const place = new Map([upper, lower].flatMap(column => column.map((item, at) => [item, at] as const)));
  const turned = (a: Layered['joints'][number], b: Layered['joints'][number]) =>
    (place.get(a[0])! - place.get(b[0])!) * (place.get(a[1])! - place.get(b[1])!) < 0;
  return joints.reduce((sum, a, at) => sum + joints.slice(at + 1).filter(b => turned(a, b)).length, 0);
}

function jointsOf(graph: Layered, column: number): Layered['joints'] {
  return graph.joints.filter(([left]) => graph.column[left] === column);
}

/** Every order of every column, from left to right. */
function fewest(graph: Layered): number {
  let best = orders(graph.columns[0] ?? []).map(order => ({ order, count: 0 }));
  graph.columns.slice(1).forEach((items, at) => {
    const joints = jointsOf(graph, at);
    best = orders(items).map(order => ({
      order,
      count: Math.min(...best.map(before => before.count + between(before.order, order, joints))),
    }));
  });
  return Math.min(...best.map(({ count }) => count));
}

test('a dozen packages: the fewest crossings that there can be', () => {
  let [least, found, cases] = [0, 0, 0];
  for (let seed = 0; seed < (quick ? 50 : 200); seed++) {
    const random = seeded(seed);
    const count = 4 + random(9);
    const pairs = Array.from({ length: Math.round(count * 1.4) }, () => [random(count), random(count)]);
    const lines = pairs.flatMap(([a = 0, b = 0]): Line | [] =>
      a === b ? [] : { left: Math.min(a, b), right: Math.max(a, b), dashed: false },
    );
    const graph = layered(count, lines);
    if (graph.columns.some(column => column.length > 5)) continue;
    const columns = ordered(graph);
    expect(columns.map(column => column.toSorted((a, b) => a - b))).toEqual(
      graph.columns.map(column => column.toSorted((a, b) => a - b)),
    );
    const own = columns.slice(1).map((column, at) => between(columns[at]!, column, jointsOf(graph, at)));
    least += fewest(graph);
    found += own.reduce((sum, one) => sum + one, 0);
    cases += 1;
  }
  console.log(`${found} crossings where ${least} are needed, in ${cases} graphs`);
  expect(least).toBeGreaterThan(cases / 10);
  expect(found).toBeLessThanOrEqual(least + 2);
}, 120_000);
