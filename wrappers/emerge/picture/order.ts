/** Orders of the columns with the fewest crossings: a search over all, cut where it can't be better. */
import { inversions, unavoidable } from './crossings.ts';
import type { Layers } from './shapes.ts';

/** Steps after which a search gives up: a few milliseconds. */
const mostSteps = 3000;

export interface Order {
  readonly crossings: number;
  /** Place within its column by item. */
  readonly places: readonly number[];
}

/** What doesn't change while one is searched for. */
interface Ground {
  readonly columns: Layers['columns'];
  readonly lefts: readonly (readonly number[])[];
  /** The item before it with the same partners: never placed below it. */
  readonly twin: readonly number[];
  /** By column: crossings that the gutters right of it have at least. */
  readonly bound: readonly number[];
}

interface Search extends Ground {
  readonly places: number[];
  readonly seen: Map<string, number>;
  found: Order | undefined;
  /** Fewer than these are wanted. */
  readonly few: number;
  steps: number;
}

/** The best order with fewer than `most` crossings; `none` where there is none, `unknown` where that would take too long. */
export function bestOrder(layers: Layers, most: number): Order | 'none' | 'unknown' {
  // from the side on which less is open
  const grounds = [groundOf(layers), groundOf(flipped(layers))].sort((a, b) => open(a) - open(b));
  const sure = grounds[0]?.bound[0] as number;
  // few crossings are quickly found impossible, and the first order that is found is the best
  for (let few = sure + 1; few <= most; few++) {
    let known = false;
    for (const ground of grounds) {
      const places = layers.items.map(() => -1);
      const search: Search = { ...ground, places, seen: new Map(), found: undefined, few, steps: 0 };
      orderColumn(search, 0, 0);
      if (search.found !== undefined) return search.found;
      known = search.steps <= mostSteps;
      if (known) break;
    }
    if (!known) return 'unknown';
  }
  return 'none';
}

function groundOf(layers: Layers): Ground {
  const lefts: number[][] = layers.items.map(() => []);
  const rights: number[][] = layers.items.map(() => []);
  for (const segments of layers.segments) {
    for (const { left, right } of segments) {
      lefts[right]?.push(left);
      rights[left]?.push(right);
    }
  }
  const names = layers.items.map((_, item) => `${lefts[item]?.sort()}|${rights[item]?.sort()}`);
  const bound: number[] = [0];
  for (let gutter = layers.segments.length - 1; gutter >= 0; gutter--) {
    bound.unshift((bound[0] as number) + unavoidable(layers, gutter));
  }
  const twin = layers.items.map(() => -1);
  for (const column of layers.columns) {
    column.forEach((item, at) => {
      twin[item] = column.slice(0, at).findLast(other => names[other] === names[item]) ?? -1;
    });
  }
  return { columns: layers.columns, lefts, twin, bound };
}

/** From right to left. */
function flipped(layers: Layers): Layers {
  return {
    ...layers,
    columns: layers.columns.toReversed(),
    segments: layers.segments
      .toReversed()
      .map(gutter => gutter.map(one => ({ ...one, left: one.right, right: one.left }))),
  };
}

/** Items whose place nothing on their left helps to find. */
function open({ columns, lefts, twin }: Ground): number {
  return columns.flat().filter(item => lefts[item]?.length === 0 && (twin[item] as number) < 0).length;
}

function orderColumn(search: Search, column: number, cost: number): void {
  const items = search.columns[column];
  if (items === undefined) {
    search.found = { crossings: cost, places: [...search.places] };
    return;
  }
  const rows = items.map(item => (search.lefts[item] ?? []).map(left => search.places[left] as number));
  const crossing = rows.map(first => rows.map(second => inversions(first, second)));
  let sure = search.bound[column] as number;
  for (let a = 0; a < items.length; a++) {
    for (let b = 0; b < a; b++) sure += Math.min(crossing[a]?.[b] ?? 0, crossing[b]?.[a] ?? 0);
  }
  extend(search, column, items, crossing, 0, cost, sure);
}

/** `sure`: what is still to come at least, from this column on. */
function extend(
  search: Search,
  column: number,
  items: readonly number[],
  crossing: readonly (readonly number[])[],
  placed: number,
  cost: number,
  sure: number,
): void {
  if (search.found !== undefined || search.steps++ > mostSteps || cost + sure >= search.few) return;
  if (placed === items.length) {
    const name = `${column} ${items.map(item => search.places[item])}`;
    const known = search.seen.get(name);
    if (known !== undefined && known <= cost) return;
    search.seen.set(name, cost);
    orderColumn(search, column + 1, cost);
    return;
  }
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as number;
    if (search.places[item] !== -1) continue;
    const twin = search.twin[item] as number;
    if (twin >= 0 && search.places[twin] === -1) continue;
    let more = 0;
    let less = 0;
    for (let place = 0; place < items.length; place++) {
      if (place === at || search.places[items[place] as number] !== -1) continue;
      const own = crossing[at]?.[place] as number;
      more += own;
      less += Math.min(own, crossing[place]?.[at] as number);
    }
    search.places[item] = placed;
    extend(search, column, items, crossing, placed + 1, cost + more, sure - less);
    search.places[item] = -1;
  }
}
