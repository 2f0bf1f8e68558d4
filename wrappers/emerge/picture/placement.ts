/** Rows of the items. Each column is placed at its optimum for its neighbours as they stand, in turn, until none moves. */
import { bestRows } from './column-rows.ts';
import { inversions } from './crossings.ts';
import type { Item, Layers, Segment } from './shapes.ts';

/** A crossing outweighs any move, and a move any length of lines. */
const price = {
  crossing: 1000,
  step: 1,
  bend: 1.5,
  facing: 1.2,
  collision: 5,
  moved: 100,
  off: 0.05,
  below: 1_000_000,
};
const rounds = 4;
/** Above this many items the search over all ways to fill a column could take too long. */
export const mostInColumn = 12;
const mostWithPast = 6;

export type Care = 0 | 1 | 2;

export interface Start {
  /** Rows by item to begin with; -1 where there is none. */
  readonly rows: readonly number[];
  /** By item: it stays in that row. */
  readonly pinned: readonly boolean[];
  /** Rows of the last frame by item, for a price on leaving them; -1 where there is none. */
  readonly before: readonly number[];
}

/**
 * Row by item, or undefined where a column has more items than rows. `care`: 1 avoids straight lines where
 * others join or leave at both ends, 2 where they do so at one; they are what makes lines collide.
 */
export function placeRows(layers: Layers, height: number, start: Start, care: Care): number[] | undefined {
  const rows = [...start.rows];
  const order = layers.columns
    .map((_, column) => column)
    .sort((a, b) => Math.abs(a - layers.middle) - Math.abs(b - layers.middle) || a - b);
  // where nothing beside it moved, a column stands at its optimum
  const stale = layers.columns.map(() => true);
  for (let round = 0; round < rounds && stale.includes(true); round++) {
    for (const column of order) {
      if (!stale[column]) continue;
      stale[column] = false;
      const moved = placeColumn(layers, column, rows, height, start, care);
      if (moved === undefined) return undefined;
      if (!moved) continue;
      if (column > 0) stale[column - 1] = true;
      if (column < stale.length - 1) stale[column + 1] = true;
    }
  }
  return rows;
}

/** Items that may stand for each other: neighbours in the same rows, and no past. */
interface Alike {
  readonly members: number[];
  readonly left: readonly number[];
  readonly right: readonly number[];
}

/** Changes `rows`; whether it did, or undefined where there is no room. */
function placeColumn(
  layers: Layers,
  column: number,
  rows: number[],
  height: number,
  start: Start,
  care: Care,
): boolean | undefined {
  const items = layers.columns[column] ?? [];
  if (items.every(item => start.pinned[item])) return false;
  const left = facing(layers.segments[column - 1] ?? [], 'right', 'left', rows);
  const right = facing(layers.segments[column] ?? [], 'left', 'right', rows);
  const taken: boolean[] = Array(height).fill(false);
  // where many have a past, the search over all of them would take too long
  const many = items.filter(item => (start.before[item] as number) >= 0).length > mostWithPast;
  const lastOf = (item: number) => (many ? -1 : (start.before[item] as number));
  const fixed: Alike[] = [];
  const free = new Map<string, Alike>();
  for (const item of items) {
    const alike = { members: [item], left: left.rows.get(item) ?? none, right: right.rows.get(item) ?? none };
    if (start.pinned[item]) {
      if (taken[rows[item] as number]) return undefined;
      taken[rows[item] as number] = true;
      fixed.push(alike);
      continue;
    }
    const last = lastOf(item);
    const name = `${(layers.items[item] as Item).kind === 'more'}|${last}|${alike.left}|${alike.right}`;
    const known = free.get(name);
    if (known === undefined) free.set(name, alike);
    else known.members.push(item);
  }
  if (free.size === 0) return false;
  const classes = [...free.values()];
  const single = classes.map(one => {
    const item = one.members[0] as number;
    const isMore = (layers.items[item] as Item).kind === 'more';
    const last = lastOf(item);
    const costs: number[] = [];
    for (let row = 0; row < height; row++) {
      if (taken[row]) {
        costs.push(Number.POSITIVE_INFINITY);
        continue;
      }
      let cost = isMore ? row * price.off : Math.abs(row - (height - 1) / 2) * price.off;
      if (last >= 0 && last !== row) cost += price.moved + Math.abs(row - last) * price.off;
      cost += sideCost(one.left, left, row, care) + sideCost(one.right, right, row, care);
      for (const other of fixed) {
        const at = rows[other.members[0] as number] as number;
        cost += row < at ? order(one, other, isMore) : order(other, one, false);
      }
      costs.push(cost);
    }
    return costs;
  });
  const above = classes.map(one =>
    classes.map(other => order(one, other, (layers.items[one.members[0] as number] as Item).kind === 'more')),
  );
  const counts = classes.map(one => one.members.length);
  const places = bestRows(single, above, counts, height);
  if (places === undefined) return undefined;
  let changed = false;
  classes.forEach((one, at) => {
    one.members.forEach((item, place) => {
      const row = places[at]?.[place] as number;
      if (rows[item] !== row) changed = true;
      rows[item] = row;
    });
  });
  return changed;
}

/** The price of the first above the second. */
function order(first: Alike, second: Alike, isMore: boolean): number {
  const count = inversions(first.left, second.left) + inversions(first.right, second.right);
  return count * price.crossing + (isMore ? price.below : 0);
}

interface Facing {
  /** Rows of the neighbours by item of the column, ascending. */
  readonly rows: ReadonlyMap<number, readonly number[]>;
  readonly taken: readonly boolean[];
  /** Rows of neighbours that have other neighbours too. */
  readonly shared: readonly boolean[];
}

const none: readonly number[] = [];

function facing(
  segments: readonly Segment[],
  own: 'left' | 'right',
  other: 'left' | 'right',
  rows: readonly number[],
): Facing {
  const lists = new Map<number, number[]>();
  const taken: boolean[] = [];
  const shared: boolean[] = [];
  for (const segment of segments) {
    const row = rows[segment[other]] as number;
    if (row < 0) continue;
    if (taken[row]) shared[row] = true;
    taken[row] = true;
    const list = lists.get(segment[own]);
    if (list === undefined) lists.set(segment[own], [row]);
    else list.push(row);
  }
  for (const list of lists.values()) if (list.length > 1) list.sort((a, b) => a - b);
  return { rows: lists, taken, shared };
}

function sideCost(own: readonly number[], side: Facing, row: number, care: Care): number {
  if (own.length === 0) return 0;
  let cost = 0;
  let straight = false;
  for (const other of own) {
    if (other === row) straight = true;
    else cost += price.bend + Math.abs(other - row) * price.step;
  }
  if (!side.taken[row]) return cost;
  if (!straight) return cost + (care > 0 ? price.collision : price.facing);
  const busy = (own.length > 1 ? 1 : 0) + (side.shared[row] ? 1 : 0);
  return care > 0 && busy > 2 - care ? cost + price.collision : cost;
}
