/**
 * The fewest crossings that any order of the columns has, for given columns and lines: all orders of one column after
 * the other, each with the best way to it. Shares nothing with the picture's own search.
 */

export interface Columns {
  /** Items by column. */
  readonly columns: readonly (readonly number[])[];
  /** Pairs of items by gutter, left one first. */
  readonly lines: readonly (readonly (readonly [number, number])[])[];
}

/** Crossings of the drawn order; `place` by item. */
export function countCrossings({ lines }: Columns, place: (item: number) => number): number {
  let count = 0;
  for (const gutter of lines) {
    gutter.forEach(([left, right], at) => {
      for (const [otherLeft, otherRight] of gutter.slice(0, at)) {
        const [a, b] = [place(left) - place(otherLeft), place(right) - place(otherRight)];
        if ((a < 0 && b > 0) || (a > 0 && b < 0)) count += 1;
      }
    });
  }
  return count;
}

/** Every order, but one only of those that differ by items with the same partners. */
function* ordersOf(items: readonly number[], kind: ReadonlyMap<number, string>): Generator<number[]> {
  if (items.length === 0) yield [];
  const tried = new Set<string>();
  for (const item of items) {
    const own = kind.get(item) ?? '';
    if (tried.has(own)) continue;
    tried.add(own);
    for (const rest of ordersOf(
      items.filter(other => other !== item),
      kind,
    )) {
      yield [item, ...rest];
    }
  }
}

/** The least number below `known`, else `known`. */
export function leastCrossings(view: Columns, known: number): number {
  const partners = new Map<number, string[]>();
  view.lines.flat().forEach(([left, right]) => {
    partners.set(left, [...(partners.get(left) ?? []), `>${right}`]);
    partners.set(right, [...(partners.get(right) ?? []), `<${left}`]);
  });
  const kind = new Map([...partners].map(([item, list]) => [item, list.sort().join(' ')]));
  let ways = new Map<string, { order: readonly number[]; crossings: number }>([
    ['', { order: [], crossings: 0 }],
  ]);
  view.columns.forEach((items, column) => {
    const own = items.filter(item => kind.has(item));
    const lines = view.lines[column - 1] ?? [];
    const all = [...ordersOf(own, kind)];
    const next: typeof ways = new Map();
    for (const { order, crossings } of ways.values()) {
      const place = new Map(order.map((item, at) => [item, at]));
      const lefts = new Map<number, number[]>();
      for (const [left, right] of lines)
        lefts.set(right, [...(lefts.get(right) ?? []), place.get(left) ?? 0]);
      for (const one of all) {
        let sum = crossings;
        for (let lower = 1; lower < one.length && sum < known; lower += 1) {
          for (const b of lefts.get(one[lower] as number) ?? []) {
            for (let upper = 0; upper < lower; upper += 1)
              for (const a of lefts.get(one[upper] as number) ?? []) if (a > b) sum += 1;
          }
        }
        if (sum >= known) continue;
        const name = one.join(' ');
        const before = next.get(name);
        if (before === undefined || sum < before.crossings) next.set(name, { order: one, crossings: sum });
      }
    }
    ways = next;
  });
  return Math.min(known, ...[...ways.values()].map(way => way.crossings));
}
