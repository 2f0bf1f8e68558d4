/** How often lines cross: in given rows, at least, and at best. */
import type { Layers } from './shapes.ts';

/** Pairs of segments that change sides between their columns. */
export function crossingsIn(layers: Layers, rows: readonly number[]): number {
  let count = 0;
  for (let gutter = 0; gutter < layers.segments.length; gutter++)
    count += gutterCrossings(layers, rows, gutter);
  return count;
}

function gutterCrossings(layers: Layers, rows: readonly number[], gutter: number): number {
  const segments = layers.segments[gutter] ?? [];
  let count = 0;
  for (let a = 1; a < segments.length; a++) {
    const one = segments[a] as { left: number; right: number };
    const left = rows[one.left] as number;
    const right = rows[one.right] as number;
    for (let b = 0; b < a; b++) {
      const other = segments[b] as { left: number; right: number };
      if (((rows[other.left] as number) - left) * ((rows[other.right] as number) - right) < 0) count++;
    }
  }
  return count;
}

/** What no order of a gutter avoids: two that share two partners cross once. */
export function unavoidable(layers: Layers, gutter: number): number {
  const partners = new Map<number, number[]>();
  for (const { left, right } of layers.segments[gutter] ?? []) {
    const known = partners.get(left);
    if (known === undefined) partners.set(left, [right]);
    else known.push(right);
  }
  const lists = [...partners.values()].filter(list => list.length > 1);
  let count = 0;
  for (let a = 1; a < lists.length; a++) {
    for (let b = 0; b < a; b++) {
      let shared = 0;
      for (const right of lists[a] as number[]) if ((lists[b] as number[]).includes(right)) shared++;
      count += (shared * (shared - 1)) / 2;
    }
  }
  return count;
}

/** Crossings of lines into the given rows when those of the first start above those of the second. */
export function inversions(first: readonly number[], second: readonly number[]): number {
  let count = 0;
  for (const a of first) for (const b of second) if (a > b) count++;
  return count;
}

export function leastSure(layers: Layers): number {
  return layers.segments.reduce((sum, _, gutter) => sum + unavoidable(layers, gutter), 0);
}

/** Ends of lines that cross where it could be avoided. */
export function crossed(layers: Layers, rows: readonly number[]): number[] {
  const ends = new Set<number>();
  layers.segments.forEach((segments, gutter) => {
    if (gutterCrossings(layers, rows, gutter) <= unavoidable(layers, gutter)) return;
    segments.forEach((one, at) => {
      for (const other of segments.slice(0, at)) {
        const [a, b] = [rows[one.left] as number, rows[one.right] as number];
        const [c, d] = [rows[other.left] as number, rows[other.right] as number];
        if ((a - c) * (b - d) < 0)
          for (const end of [one.left, one.right, other.left, other.right]) ends.add(end);
      }
    });
  });
  return [...ends];
}
