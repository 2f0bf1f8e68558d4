/** Who stands above whom in columns of any size: sweeps by the mean of the neighbours, then swaps of neighbours. Pure. */
import type { Layered } from './layered.ts';

const sweeps = 8;
/** Starts besides the walks: many for what is quickly swept, fewer for more. */
const tries = { least: 6, most: 40, items: 1500 };

interface Sides {
  readonly left: readonly (readonly number[])[];
  readonly right: readonly (readonly number[])[];
}

/** Items by column, from top to bottom, with few crossings; the same for the same input. */
export function ordered(graph: Layered): number[][] {
  const sides: Sides = { left: graph.column.map(() => []), right: graph.column.map(() => []) };
  for (const [left, right] of graph.joints) {
    (sides.left[right] as number[]).push(left);
    (sides.right[left] as number[]).push(right);
  }
  let best: number[][] = [];
  let least = Number.POSITIVE_INFINITY;
  for (const start of starts(graph, sides)) {
    const columns = start.map(column => [...column]);
    for (let sweep = 0; sweep < sweeps; sweep++) {
      settle(columns, sides, sweep % 2 === 0);
      swap(columns, sides);
      const count = crossingsOf(columns, sides);
      if (count >= least) continue;
      least = count;
      best = columns.map(column => [...column]);
    }
    if (least === 0) break;
  }
  return best;
}

/** As a walk through what hangs together meets them, from either side; as they come; and any which way. */
function starts(graph: Layered, sides: Sides): number[][][] {
  const walks = [false, true].map(fromRight => {
    const columns: number[][] = graph.columns.map(() => []);
    const seen = new Set<number>();
    const visit = (item: number) => {
      if (seen.has(item)) return;
      seen.add(item);
      columns[graph.column[item] as number]?.push(item);
      const near = [sides.left[item] ?? [], sides.right[item] ?? []];
      for (const other of (fromRight ? near : near.reverse()).flat()) visit(other);
    };
    for (const column of fromRight ? graph.columns.toReversed() : graph.columns) column.forEach(visit);
    return columns;
  });
  const given = [...walks, graph.columns.map(column => [...column])];
  const count = Math.min(tries.most, Math.max(tries.least, Math.round(tries.items / graph.column.length)));
  return [...given, ...Array.from({ length: count }, (_, seed) => shuffled(graph.columns, seed))];
}

/** The same for the same seed. */
function shuffled(columns: Layered['columns'], seed: number): number[][] {
  let state = seed + 1;
  const below = (limit: number) => {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    return (state >>> 8) % limit;
  };
  return columns.map(column => {
    const mixed = [...column];
    for (let at = mixed.length - 1; at > 0; at--) {
      const other = below(at + 1);
      [mixed[at], mixed[other]] = [mixed[other] as number, mixed[at] as number];
    }
    return mixed;
  });
}

function placesIn(column: readonly number[] | undefined): Map<number, number> {
  return new Map((column ?? []).map((item, place) => [item, place]));
}

function settle(columns: number[][], sides: Sides, rightwards: boolean): void {
  const order = columns.map((_, at) => at);
  for (const at of rightwards ? order.slice(1) : order.slice(0, -1).reverse()) {
    const near = placesIn(columns[rightwards ? at - 1 : at + 1]);
    const column = columns[at] ?? [];
    const wish = new Map(
      column.map((item, place) => {
        const others = (rightwards ? sides.left : sides.right)[item] ?? [];
        const sum = others.reduce((total, other) => total + (near.get(other) ?? 0), 0);
        return [item, others.length === 0 ? place : sum / others.length];
      }),
    );
    columns[at] = column.toSorted((a, b) => (wish.get(a) as number) - (wish.get(b) as number));
  }
}

function swap(columns: number[][], sides: Sides): void {
  for (let better = true, round = 0; better && round < 10; round++) {
    better = false;
    columns.forEach((column, at) => {
      const before = placesIn(columns[at - 1]);
      const after = placesIn(columns[at + 1]);
      for (let place = 1; place < column.length; place++) {
        const [upper, lower] = [column[place - 1] as number, column[place] as number];
        const cost = (a: number, b: number) =>
          pairs(sides.left[a], sides.left[b], before) + pairs(sides.right[a], sides.right[b], after);
        if (cost(lower, upper) >= cost(upper, lower)) continue;
        column[place - 1] = lower;
        column[place] = upper;
        better = true;
      }
    });
  }
}

/** Crossings between the lines of one item and those of another below it. */
function pairs(
  upper: readonly number[] | undefined,
  lower: readonly number[] | undefined,
  places: ReadonlyMap<number, number>,
): number {
  let count = 0;
  for (const a of upper ?? [])
    for (const b of lower ?? []) if ((places.get(a) as number) > (places.get(b) as number)) count++;
  return count;
}

function crossingsOf(columns: readonly (readonly number[])[], sides: Sides): number {
  return columns.reduce((total, column, at) => {
    const after = placesIn(columns[at + 1]);
    let count = 0;
    for (let a = 0; a < column.length; a++)
      for (let b = a + 1; b < column.length; b++)
        count += pairs(sides.right[column[a] as number], sides.right[column[b] as number], after);
    return total + count;
  }, 0);
}
