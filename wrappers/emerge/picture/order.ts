/** Orders of the columns with the fewest crossings: a search over all, cut where it can't be better. */
import { inversions, unavoidable } from './crossings.ts';
import type { Layers } from './layers.ts';

/** Steps after which the search rests with what it has: some milliseconds. */
const mostSteps = 6000;

export interface Order {
  readonly crossings: number;
  /** Place within its column by item. */
  readonly places: readonly number[];
}

interface Search {
  readonly layers: Layers;
  readonly lefts: readonly (readonly number[])[];
  /** The item before it with the same partners: never placed below it. */
  readonly twin: readonly number[];
  /** By column: crossings that the gutters right of it have at least. */
  readonly bound: readonly number[];
  readonly places: number[];
  readonly seen: Map<string, number>;
  found: Order | undefined;
  /** Fewer than these are wanted. */
  readonly few: number;
  steps: number;
}

/** The best order with fewer than `most` crossings; undefined where none was found. */
export function bestOrder(layers: Layers, most: number): Order | undefined {
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
  let steps = 0;
  // what is refuted for few crossings is so quickly, and the first that is found is the best
  for (let few = (bound[0] as number) + 1; few <= most && steps < mostSteps; few++) {
    const search: Search = {
      layers,
      lefts,
      twin,
      bound,
      places: layers.items.map(() => -1),
      seen: new Map(),
      found: undefined,
      few,
      steps,
    };
    orderColumn(search, 0, 0);
    if (search.found !== undefined) return search.found;
    steps = search.steps;
  }
  return undefined;
}

function orderColumn(search: Search, column: number, cost: number): void {
  const items = search.layers.columns[column];
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
