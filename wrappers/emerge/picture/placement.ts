/** Rows of the items. Each column is placed at its optimum for its neighbours as they stand, in turn, until none moves. */
import type { Item, Layers, Segment } from './layers.ts';

const price = {
  crossing: 4,
  step: 1,
  bend: 1.5,
  facing: 1.2,
  collision: 5,
  moved: 2,
  off: 0.05,
  below: 1000,
};
const rounds = 4;
/** Above this many items the search over all subsets of a column would take too long. */
export const mostInColumn = 12;

/**
 * Row by item, or undefined where a column has more items than rows. `before`: rows of the last frame by key.
 * `cautious`: straight lines only where no other line joins or leaves at both ends; they are what makes lines collide.
 */
export function placeRows(
  layers: Layers,
  height: number,
  before: ReadonlyMap<string, number>,
  cautious = false,
): number[] | undefined {
  if (layers.columns.some(column => column.length > Math.min(height, mostInColumn))) return undefined;
  const rows: number[] = layers.items.map(() => -1);
  const order = layers.columns
    .map((_, column) => column)
    .sort((a, b) => {
      return Math.abs(a - layers.middle) - Math.abs(b - layers.middle) || a - b;
    });
  for (let round = 0; round < rounds; round++) {
    let moved = false;
    for (const column of order) {
      const placed = placeColumn(layers, column, rows, height, before, cautious);
      placed.forEach((row, i) => {
        const item = layers.columns[column]?.[i] as number;
        if (rows[item] !== row) moved = true;
        rows[item] = row;
      });
    }
    if (!moved) break;
  }
  return rows;
}

function placeColumn(
  layers: Layers,
  column: number,
  rows: readonly number[],
  height: number,
  before: ReadonlyMap<string, number>,
  cautious: boolean,
): number[] {
  const items = layers.columns[column] ?? [];
  const sides = [
    facing(items, layers.segments[column - 1] ?? [], 'right', 'left', rows),
    facing(items, layers.segments[column] ?? [], 'left', 'right', rows),
  ];
  const single = items.map((at, i) => {
    const item = layers.items[at] as Item;
    return Array.from({ length: height }, (_, row) => {
      let cost = item.kind === 'more' ? row * price.off : Math.abs(row - (height - 1) / 2) * price.off;
      const last = before.get(item.key);
      if (last !== undefined && last !== row) cost += price.moved + Math.abs(row - last) * price.off;
      for (const side of sides) {
        const own = side.rows[i] ?? [];
        for (const other of own) cost += other === row ? 0 : price.bend + Math.abs(other - row) * price.step;
        if (own.length === 0 || !side.taken.has(row)) continue;
        if (!own.includes(row)) cost += cautious ? price.collision : price.facing;
        else if (cautious && own.length > 1 && side.shared.has(row)) cost += price.collision;
      }
      return cost;
    });
  });
  const above = items.map((a, i) =>
    items.map((_, j) => {
      if (i === j) return 0;
      let cost = layers.items[a]?.kind === 'more' ? price.below : 0;
      for (const side of sides) cost += crossings(side.rows[i] ?? [], side.rows[j] ?? []) * price.crossing;
      return cost;
    }),
  );
  return bestRows(single, above, height);
}

interface Facing {
  /** Rows of the neighbours by item. */
  readonly rows: readonly (readonly number[])[];
  readonly taken: ReadonlySet<number>;
  /** Rows of neighbours that have other neighbours too. */
  readonly shared: ReadonlySet<number>;
}

function facing(
  items: readonly number[],
  segments: readonly Segment[],
  own: 'left' | 'right',
  other: 'left' | 'right',
  rows: readonly number[],
): Facing {
  const lists: number[][] = items.map(() => []);
  const taken = new Set<number>();
  const shared = new Set<number>();
  for (const segment of segments) {
    const row = rows[segment[other]] ?? -1;
    if (row < 0) continue;
    if (taken.has(row)) shared.add(row);
    taken.add(row);
    lists[items.indexOf(segment[own])]?.push(row);
  }
  return { rows: lists, taken, shared };
}

/** Crossings when the first stands above the second. */
function crossings(first: readonly number[], second: readonly number[]): number {
  let count = 0;
  for (const a of first) for (const b of second) if (a > b) count++;
  return count;
}

/** The cheapest way to put all items into rows: over rows from the top, and over the sets of items already placed. */
function bestRows(
  single: readonly (readonly number[])[],
  above: readonly (readonly number[])[],
  height: number,
): number[] {
  const count = single.length;
  const sets = 1 << count;
  // price of putting an item below a set, from that of the set without its lowest member
  const below = new Float64Array(count * sets);
  for (let item = 0; item < count; item++) {
    for (let set = 1; set < sets; set++) {
      const lowest = 31 - Math.clz32(set & -set);
      const rest = below[item * sets + (set & (set - 1))] as number;
      below[item * sets + set] = rest + ((above[lowest] as number[])[item] as number);
    }
  }
  const cost = new Float64Array((height + 1) * sets).fill(Number.POSITIVE_INFINITY);
  const choice = new Int8Array((height + 1) * sets).fill(-1);
  cost[0] = 0;
  for (let row = 0; row < height; row++) {
    for (let set = 0; set < sets; set++) {
      const here = cost[row * sets + set] as number;
      if (here === Number.POSITIVE_INFINITY) continue;
      improve((row + 1) * sets + set, here, -1);
      for (let item = 0; item < count; item++) {
        if ((set >> item) & 1) continue;
        const sum = here + ((single[item] as number[])[row] as number) + (below[item * sets + set] as number);
        improve((row + 1) * sets + (set | (1 << item)), sum, item);
      }
    }
  }
  function improve(state: number, sum: number, item: number): void {
    if (sum >= (cost[state] as number)) return;
    cost[state] = sum;
    choice[state] = item;
  }
  const rows = single.map(() => -1);
  for (let row = height, set = sets - 1; row > 0; row--) {
    const item = choice[row * sets + set] as number;
    if (item < 0) continue;
    rows[item] = row - 1;
    set &= ~(1 << item);
  }
  return rows;
}
