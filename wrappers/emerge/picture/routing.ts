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

export function placeItems(
  layers: Layers,
  height: number,
  before: ReadonlyMap<string, number>,
  patience: Patience,
): Placed | Stuck {
  let rows = placeRows(layers, height, before);
  if (rows === undefined) return { stuck: [] };
  for (let moves = 0; moves <= mostMoves; moves++) {
    const at = rows;
    const gutters = layers.segments.map(segments => trackGutter(segments, at));
    const whole = gutters.filter(gutter => gutter !== undefined);
    if (whole.length === gutters.length) return { rows, gutters: whole };
    const bad = gutters.indexOf(undefined);
    const better = mend(layers, height, rows, gutters, bad, patience);
    if (better === undefined) {
      return { stuck: (layers.segments[bad] ?? []).flatMap(segment => [segment.left, segment.right]) };
    }
    rows = better;
  }
  return { stuck: [] };
}

/** The cheapest change beside a gutter that makes it drawable and spoils no other; of two steps if one is not enough. */
function mend(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutters: readonly (Gutter | undefined)[],
  bad: number,
  patience: Patience,
): number[] | undefined {
  const first = [...changes(layers, height, rows, bad)];
  let best: { rows: number[]; cost: number } | undefined;
  const tryOut = (trial: number[]) => {
    const cost = stretch(layers, trial, bad);
    if ((best !== undefined && cost >= best.cost) || patience.left-- <= 0) return;
    if (trackGutter(layers.segments[bad] ?? [], trial, true) === undefined) return;
    // what can be drawn stays so
    const spoilt = [bad - 1, bad + 1].some(
      beside =>
        gutters[beside] !== undefined &&
        trackGutter(layers.segments[beside] ?? [], trial, true) === undefined,
    );
    if (!spoilt) best = { rows: trial, cost };
  };
  for (const trial of first) tryOut(trial);
  if (best !== undefined) return best.rows;
  const shifts = first.filter(trial => isShift(layers, rows, trial));
  for (const trial of shifts) {
    if (patience.left <= 0) break;
    for (const second of changes(layers, height, trial, bad)) tryOut(second);
  }
  return (best as { rows: number[] } | undefined)?.rows;
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

/** Whether more than two items have moved, or one only. */
function isShift(layers: Layers, rows: readonly number[], trial: readonly number[]): boolean {
  return layers.items.filter((_, item) => rows[item] !== trial[item]).length !== 2;
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
