/** Columns of cells inside a gutter for the vertical strokes of its bundles. */
import { bundlings } from './bundles.ts';
import type { Bundle, Gutter, Segment } from './shapes.ts';

type Span = readonly [top: number, bottom: number];
const fewEnough = 4;
const passing = 4;

/**
 * The clearest true way to draw the segments with the items in these rows; undefined where there is none.
 * `any` asks for the first way found.
 */
export function trackGutter(
  segments: readonly Segment[],
  rows: readonly number[],
  any = false,
): Gutter | undefined {
  let best: Gutter | undefined;
  for (const bundles of bundlings(segments, rows)) {
    const gutter = assign(bundles, rows, any);
    if (any && gutter !== undefined) return gutter;
    if (gutter !== undefined && (best === undefined || gutter.cost < best.cost)) best = gutter;
  }
  return best;
}

function assign(bundles: readonly Bundle[], rows: readonly number[], any: boolean): Gutter | undefined {
  const earlier = precedence(bundles, rows);
  if (earlier === undefined) return undefined;
  const spans = bundles.map((bundle): Span => {
    const own = [...bundle.lefts, ...bundle.rights].map(item => rows[item] as number);
    return [Math.min(...own), Math.max(...own)];
  });
  let best: Gutter | undefined;
  for (const order of orders(earlier, any ? 0 : fewEnough)) {
    const tracks: number[] = bundles.map(() => 0);
    order.forEach((at, place) => {
      tracks[at] = firstFree(at, order.slice(0, place), tracks, spans, earlier);
    });
    const width = Math.max(-1, ...tracks) + 1;
    const passes = passesOf(bundles, tracks, spans, rows);
    const cost = passes * passing + width;
    if (best === undefined || cost < best.cost) best = { bundles, tracks, width, passes, cost };
  }
  return best;
}

/**
 * By bundle: those whose strokes must stand further left. For the truth of `out` and `in`, and because a line
 * that leaves a row has to be gone before another one enters it.
 */
function precedence(bundles: readonly Bundle[], rows: readonly number[]): Set<number>[] | undefined {
  const earlier: Set<number>[] = bundles.map(() => new Set());
  const share = (a: readonly number[], b: readonly number[]) => a.some(item => b.includes(item));
  let possible = true;
  bundles.forEach((bundle, at) => {
    bundles.forEach((other, place) => {
      if (bundle.lefts.some(left => other.rights.some(right => rows[left] === rows[right]))) {
        if (place !== at) earlier[place]?.add(at);
        else if (bundle.kind !== 'all') possible = false;
      }
      if (place === at) return;
      if (bundle.kind === 'out' && share(bundle.rights, other.rights)) earlier[place]?.add(at);
      if (bundle.kind === 'in' && share(bundle.lefts, other.lefts)) earlier[at]?.add(place);
    });
  });
  return possible ? earlier : undefined;
}

function firstFree(
  at: number,
  placed: readonly number[],
  tracks: readonly number[],
  spans: readonly Span[],
  earlier: readonly ReadonlySet<number>[],
): number {
  let track = 0;
  for (const other of placed) {
    if (earlier[at]?.has(other)) track = Math.max(track, (tracks[other] as number) + 1);
  }
  const [top, bottom] = spans[at] as Span;
  const taken = (column: number) =>
    placed.some(other => {
      const [from, to] = spans[other] as Span;
      return tracks[other] === column && from <= bottom && top <= to;
    });
  while (taken(track)) track++;
  return track;
}

/** All orders in which earlier ones come first for up to `most` bundles, else one; none where they go in circles. */
function orders(earlier: readonly ReadonlySet<number>[], most: number): number[][] {
  const found: number[][] = [];
  const extend = (order: number[]) => {
    if (order.length === earlier.length) {
      found.push(order);
      return;
    }
    earlier.forEach((before, at) => {
      if (earlier.length > most && found.length > 0) return;
      if (order.includes(at) || [...before].some(other => !order.includes(other))) return;
      extend([...order, at]);
    });
  };
  if (isOrderable(earlier)) extend([]);
  return found;
}

function isOrderable(earlier: readonly ReadonlySet<number>[]): boolean {
  const done = new Set<number>();
  for (let grew = true; grew; ) {
    grew = false;
    earlier.forEach((before, at) => {
      if (done.has(at) || [...before].some(other => !done.has(other))) return;
      done.add(at);
      grew = true;
    });
  }
  return done.size === earlier.length;
}

/** How often a line to or from a stroke passes another one. */
function passesOf(
  bundles: readonly Bundle[],
  tracks: readonly number[],
  spans: readonly Span[],
  rows: readonly number[],
): number {
  let count = 0;
  bundles.forEach((bundle, at) => {
    bundles.forEach((other, place) => {
      const [from, to] = spans[place] as Span;
      const within = (item: number) => (rows[item] as number) >= from && (rows[item] as number) <= to;
      const step = (tracks[place] as number) - (tracks[at] as number);
      if (step < 0) count += bundle.lefts.filter(left => within(left) && !other.lefts.includes(left)).length;
      if (step > 0)
        count += bundle.rights.filter(right => within(right) && !other.rights.includes(right)).length;
    });
  });
  return count;
}
