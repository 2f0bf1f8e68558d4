/** Rows in which every gutter can be drawn without a false connection. */
import type { Layers } from './layers.ts';
import type { Placed } from './layout.ts';
import { placeRows } from './placement.ts';
import { type Gutter, trackGutter } from './tracks.ts';

const mostMoves = 6;

/** The items that could not be bound truly together, where no rows do it. */
export interface Stuck {
  readonly stuck: readonly number[];
}

export function placeItems(
  layers: Layers,
  height: number,
  before: ReadonlyMap<string, number>,
): Placed | Stuck {
  const rows = placeRows(layers, height, before);
  if (rows === undefined) return { stuck: [] };
  const gutters = layers.segments.map(segments => trackGutter(segments, rows));
  for (let moves = 0; moves < mostMoves; moves++) {
    const bad = gutters.indexOf(undefined);
    if (bad < 0) break;
    const move = bestMove(layers, height, rows, gutters, bad);
    if (move === undefined) break;
    for (const [item, row] of move.places) rows[item] = row;
    for (const [gutter, value] of move.gutters) gutters[gutter] = value;
  }
  const whole = gutters.filter(gutter => gutter !== undefined);
  if (whole.length === gutters.length) return { rows, gutters: whole };
  const bad = layers.segments[gutters.indexOf(undefined)] ?? [];
  return { stuck: bad.flatMap(segment => [segment.left, segment.right]) };
}

interface Move {
  readonly places: readonly (readonly [item: number, row: number])[];
  readonly gutters: readonly (readonly [gutter: number, value: Gutter | undefined])[];
  readonly cost: number;
}

/** An item beside the gutter goes to another row, or changes places with who stands there. */
function bestMove(
  layers: Layers,
  height: number,
  rows: readonly number[],
  gutters: readonly (Gutter | undefined)[],
  bad: number,
): Move | undefined {
  let best: Move | undefined;
  for (const column of [bad, bad + 1]) {
    const items = layers.columns[column] ?? [];
    for (const item of items) {
      for (let row = 0; row < height; row++) {
        const own = rows[item] as number;
        if (row === own) continue;
        const other = items.find(one => rows[one] === row);
        if (other !== undefined && other < item) continue;
        const trial = [...rows];
        trial[item] = row;
        if (other !== undefined) trial[other] = own;
        const touched = [column - 1, column].filter(gutter => layers.segments[gutter] !== undefined);
        const changed = touched.map(
          gutter => [gutter, trackGutter(layers.segments[gutter] ?? [], trial)] as const,
        );
        if (changed.find(([gutter]) => gutter === bad)?.[1] === undefined) continue;
        // a move that mends one gutter must not break another
        if (changed.some(([gutter, value]) => value === undefined && gutters[gutter] !== undefined)) continue;
        const cost = costOf(layers, trial, changed);
        if (best !== undefined && cost >= best.cost) continue;
        const places = [[item, row] as const];
        if (other !== undefined) places.push([other, own]);
        best = { places, gutters: changed, cost };
      }
    }
  }
  return best;
}

function costOf(
  layers: Layers,
  rows: readonly number[],
  changed: readonly (readonly [number, Gutter | undefined])[],
): number {
  let cost = 0;
  for (const [gutter, value] of changed) {
    cost += value?.cost ?? 0;
    for (const { left, right } of layers.segments[gutter] ?? []) {
      const step = Math.abs((rows[left] as number) - (rows[right] as number));
      cost += step === 0 ? 0 : 1 + step;
    }
  }
  return cost;
}
