/** Rows in which every gutter can be drawn without a false connection. */
import type { Layers } from './layers.ts';
import type { Placed } from './layout.ts';
import { placeRows } from './placement.ts';
import { type Gutter, trackGutter } from './tracks.ts';

const mostMoves = 5;

/** How many more rows may be tried out; shared by all attempts at one frame. */
export interface Patience {
  left: number;
}

/** The items that could not be bound truly together, where no rows do it. */
export interface Stuck {
  readonly stuck: readonly number[];
}

/** First the rows with the straightest lines, then more cautious ones; both mended a little where they fail. */
export function placeItems(
  layers: Layers,
  height: number,
  before: ReadonlyMap<string, number>,
  patience: Patience,
): Placed | Stuck {
  let bad = 0;
  for (const way of ways) {
    let rows = placeRows(layers, height, before, way.cautious);
    for (let moves = 0; rows !== undefined && moves <= mostMoves; moves++) {
      const at: readonly number[] = rows;
      const gutters = layers.segments.map(segments => trackGutter(segments, at));
      const whole = gutters.filter(gutter => gutter !== undefined);
      if (whole.length === gutters.length) return { rows, gutters: whole };
      bad = gutters.indexOf(undefined);
      rows = mend(layers, height, rows, gutters, bad, patience, way.far);
    }
  }
  return { stuck: (layers.segments[bad] ?? []).flatMap(segment => [segment.left, segment.right]) };
}

const ways = [
  { cautious: false, far: false },
  { cautious: false, far: true },
  { cautious: true, far: true },
];

/** The cheapest change beside a gutter that makes it drawable and spoils no other; where `far`, of a whole column if one item is not enough. */
function mend(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutters: readonly (Gutter | undefined)[],
  bad: number,
  patience: Patience,
  far: boolean,
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
  const cheapest = (trials: readonly (readonly number[])[]) =>
    trials
      .map(trial => ({ trial, cost: stretch(layers, trial, bad) }))
      .sort((a, b) => a.cost - b.cost)
      .slice(0, Math.max(0, patience.left))
      .find(one => isTrue(one.trial));
  const near = cheapest([...changes(layers, height, rows, bad)]);
  if (near !== undefined || !far) return near && [...near.trial];
  const outer = bad < layers.middle ? bad : bad + 1;
  const other = cheapest([...rearrangements(layers.columns[outer] ?? [], height, rows)]);
  return other && [...other.trial];
}

/** Two items of a column change places, one goes to a free row, or all from one on move by a row. */
function* changes(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutter: number,
): Generator<number[]> {
  for (const column of [gutter, gutter + 1]) {
    const items = [...(layers.columns[column] ?? [])].sort(
      (a, b) => (rows[a] as number) - (rows[b] as number),
    );
    const taken = (row: number) => items.find(item => rows[item] === row);
    for (const item of items) {
      for (let row = 0; row < height; row++) {
        const other = taken(row);
        if (other !== undefined && other <= item) continue;
        const trial = [...rows];
        trial[item] = row;
        if (other !== undefined) trial[other] = rows[item] as number;
        yield trial;
      }
      for (const step of [1, -1]) {
        const moving = items.filter(one => ((rows[one] as number) - (rows[item] as number)) * step >= 0);
        if (moving.length < 2) continue;
        if (moving.some(one => (rows[one] as number) + step < 0 || (rows[one] as number) + step >= height))
          continue;
        const trial = [...rows];
        for (const one of moving) trial[one] = (rows[one] as number) + step;
        yield trial;
      }
    }
  }
}

/** A column in all rows, in its order and in those with one pair exchanged. */
function* rearrangements(
  column: readonly number[],
  height: number,
  rows: readonly number[],
): Generator<number[]> {
  const order = [...column].sort((a, b) => (rows[a] as number) - (rows[b] as number));
  for (const one of exchanges(order)) {
    for (const places of choices(one.length, height)) {
      const trial = [...rows];
      one.forEach((item, at) => {
        trial[item] = places[at] as number;
      });
      yield trial;
    }
  }
}

function* exchanges(order: readonly number[]): Generator<readonly number[]> {
  yield order;
  for (let a = 0; a < order.length; a++) {
    for (let b = a + 1; b < order.length; b++) {
      const other = [...order];
      [other[a], other[b]] = [order[b] as number, order[a] as number];
      yield other;
    }
  }
}

/** Ascending numbers below `below`. */
function* choices(count: number, below: number): Generator<number[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (let last = count - 1; last < below; last++) {
    for (const rest of choices(count - 1, last)) yield [...rest, last];
  }
}

/** Length and bends of the lines in and beside a gutter, and their crossings. */
function stretch(layers: Layers, rows: readonly number[], gutter: number): number {
  let cost = 0;
  for (const at of [gutter - 1, gutter, gutter + 1]) {
    const segments = layers.segments[at] ?? [];
    for (const one of segments) {
      const [left, right] = [rows[one.left] as number, rows[one.right] as number];
      cost += left === right ? 0 : 1.5 + Math.abs(left - right);
      for (const other of segments) {
        if (((rows[other.left] as number) - left) * ((rows[other.right] as number) - right) < 0) cost += 2;
      }
    }
  }
  return cost;
}
