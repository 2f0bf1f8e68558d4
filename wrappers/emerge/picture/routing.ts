/** Rows in which every gutter can be drawn without a false connection, with as few crossings as any order has. */
import { crossed, crossingsIn, leastSure } from './crossings.ts';
import { bestOrder } from './order.ts';
import { type Care, placeRows, type Start } from './placement.ts';
import type { Gutter, Layers, Placed } from './shapes.ts';
import { trackGutter } from './tracks.ts';

const mostMoves = 5;
/** So many crossings more than what is sure are not worth asking whether an order avoids them. */
const mostDoubt = 2;
/** Packages up to which only what is proven to have the fewest crossings is drawn. */
const mostProven = 12;

/** How many more rows may be tried out; shared by all attempts at one frame. */
export interface Patience {
  left: number;
}

/** The items that are in the way, where no rows do it. */
export interface Stuck {
  readonly stuck: readonly number[];
}

/**
 * `still`: whatever has a row in `before` keeps it. First the rows with the straightest lines, then more careful ones,
 * all mended a little where they fail; the ones whose lines pass each other least.
 */
export function placeItems(
  layers: Layers,
  height: number,
  before: ReadonlyMap<string, number>,
  still: boolean,
  patience: Patience,
): Placed | Stuck {
  const rows = layers.items.map(item =>
    item.kind === 'node' ? Math.min(before.get(item.key) ?? -1, height - 1) : -1,
  );
  const start: Start = {
    rows,
    pinned: rows.map(row => still && row >= 0),
    before: still ? rows.map(() => -1) : rows,
  };
  const clash = still ? clashing(layers, rows) : [];
  if (clash.length > 0) return { stuck: clash };
  let stuck: readonly number[] = [];
  let best: Placed | undefined;
  for (const care of [0, 1, 2] as const) {
    const ordered = uncrossed(layers, height, start, care, still);
    if ('stuck' in ordered) return ordered;
    // one true way is enough where others would have to be mended
    const placed = bindTruly(
      layers,
      height,
      ordered,
      start.pinned,
      patience,
      best === undefined ? mostMoves : 0,
    );
    if ('stuck' in placed) {
      stuck = placed.stuck;
      continue;
    }
    if (best === undefined || passes(placed.gutters) < passes(best.gutters)) best = placed;
    if (passes(best.gutters) <= ordered.crossings) break;
  }
  return best ?? { stuck };
}

interface Ordered {
  readonly rows: readonly number[];
  readonly crossings: number;
}

/** Rows with the fewest crossings that any order has; where `still` doesn't allow them, what is in the way. */
function uncrossed(
  layers: Layers,
  height: number,
  start: Start,
  care: Care,
  still: boolean,
): Ordered | Stuck {
  const rows = placeRows(layers, height, start, care);
  if (rows === undefined) return { stuck: [] };
  const crossings = crossingsIn(layers, rows);
  const doubt = crossings - leastSure(layers);
  if (still && doubt > mostDoubt) return { stuck: crossed(layers, rows) };
  const order = doubt > 0 ? orderOf(layers, crossings) : 'none';
  const nodes = layers.items.filter(item => item.kind === 'node').length;
  if (order === 'none' || (order === 'unknown' && nodes > mostProven)) return { rows, crossings };
  if (still || order === 'unknown') return { stuck: crossed(layers, rows) };
  const from = { ...start, rows: middled(layers, order.places, height) };
  const better = placeRows(layers, height, from, care) ?? from.rows;
  return { rows: better, crossings: crossingsIn(layers, better) };
}

function bindTruly(
  layers: Layers,
  height: number,
  { rows, crossings }: Ordered,
  pinned: readonly boolean[],
  patience: Patience,
  most: number,
): Placed | Stuck {
  let at = rows;
  for (let moves = 0; ; moves++) {
    const gutters = layers.segments.map(segments => trackGutter(segments, at));
    const whole = gutters.filter(gutter => gutter !== undefined);
    if (whole.length === gutters.length) return { rows: at, gutters: whole };
    const bad = gutters.indexOf(undefined);
    const mended =
      moves < most ? mend(layers, height, at, gutters, bad, pinned, crossings, patience) : undefined;
    if (mended === undefined) {
      return { stuck: (layers.segments[bad] ?? []).flatMap(segment => [segment.left, segment.right]) };
    }
    at = mended;
  }
}

/** How often strokes of different bundles pass each other. */
function passes(gutters: readonly Gutter[]): number {
  return gutters.reduce((sum, gutter) => sum + gutter.passes, 0);
}

/** Items that would stand in one place. */
function clashing(layers: Layers, rows: readonly number[]): number[] {
  return layers.columns.flatMap(column =>
    column.filter(
      item => rows[item] !== -1 && column.some(other => other !== item && rows[other] === rows[item]),
    ),
  );
}

const orders = new WeakMap<Layers, { most: number; order: ReturnType<typeof bestOrder> }>();

/** As `bestOrder`, once per view. */
function orderOf(layers: Layers, most: number): ReturnType<typeof bestOrder> {
  const known = orders.get(layers);
  if (known !== undefined && typeof known.order !== 'string')
    return known.order.crossings < most ? known.order : 'none';
  if (known?.order === 'none' && most <= known.most) return 'none';
  if (known?.order === 'unknown' && most >= known.most) return 'unknown';
  const order = bestOrder(layers, most);
  orders.set(layers, { most, order });
  return order;
}

/** Rows around the middle in the given order. */
function middled(layers: Layers, places: readonly number[], height: number): number[] {
  return layers.items.map((item, at) => {
    const count = layers.columns[item.column]?.length ?? 0;
    return Math.floor((height - count) / 2) + (places[at] as number);
  });
}

/** The cheapest change beside a gutter that makes it drawable and spoils no other. */
function mend(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutters: readonly (Gutter | undefined)[],
  bad: number,
  pinned: readonly boolean[],
  crossings: number,
  patience: Patience,
): number[] | undefined {
  const isTrue = (trial: readonly number[]) => {
    if (patience.left-- <= 0 || trackGutter(layers.segments[bad] ?? [], trial, true) === undefined)
      return false;
    // what can be drawn stays so
    return [bad - 1, bad + 1].every(
      beside =>
        gutters[beside] === undefined ||
        trackGutter(layers.segments[beside] ?? [], trial, true) !== undefined,
    );
  };
  const found = [...changes(layers, height, rows, bad, pinned)]
    .map(trial => ({ trial, cost: stretch(layers, trial, bad) }))
    .sort((a, b) => a.cost - b.cost)
    .find(one => patience.left > 0 && crossingsIn(layers, one.trial) <= crossings && isTrue(one.trial));
  return found?.trial;
}

/** Two items of a column change places, one goes to a free row, or all from one on move by a row. */
function* changes(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutter: number,
  pinned: readonly boolean[],
): Generator<number[]> {
  for (const column of [gutter, gutter + 1]) {
    const items = [...(layers.columns[column] ?? [])].sort(
      (a, b) => (rows[a] as number) - (rows[b] as number),
    );
    const taken = (row: number) => items.find(item => rows[item] === row);
    for (const item of items) {
      if (pinned[item]) continue;
      for (let row = 0; row < height; row++) {
        const other = taken(row);
        if (other !== undefined && (other <= item || pinned[other])) continue;
        const trial = [...rows];
        trial[item] = row;
        if (other !== undefined) trial[other] = rows[item] as number;
        yield trial;
      }
      for (const step of [1, -1]) {
        const moving = items.filter(one => ((rows[one] as number) - (rows[item] as number)) * step >= 0);
        if (moving.length < 2 || moving.some(one => pinned[one])) continue;
        if (moving.some(one => (rows[one] as number) + step < 0 || (rows[one] as number) + step >= height))
          continue;
        const trial = [...rows];
        for (const one of moving) trial[one] = (rows[one] as number) + step;
        yield trial;
      }
    }
  }
}

/** Length and bends of the lines in and beside a gutter. */
function stretch(layers: Layers, rows: readonly number[], gutter: number): number {
  let cost = 0;
  for (const at of [gutter - 1, gutter, gutter + 1]) {
    for (const one of layers.segments[at] ?? []) {
      const [left, right] = [rows[one.left] as number, rows[one.right] as number];
      cost += left === right ? 0 : 1.5 + Math.abs(left - right);
    }
  }
  return cost;
}
