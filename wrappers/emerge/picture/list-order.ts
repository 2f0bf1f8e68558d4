/** Who stands in which row of a list. Every line runs down, and what stood in a row stays there if it can. */

export interface OrderItem {
  /** What it needs is above: 0; running: 1; what waits: 2. */
  readonly zone: number;
  /** The row of the frame before. */
  readonly before: number | undefined;
}

/** Both are items; `from` stands above `to`. */
export interface OrderEdge {
  readonly from: number;
  readonly to: number;
}

const price = { moved: 1000, step: 10, zone: 60, length: 2, crossed: 3, gap: 3 };
const passes = 3;

/** Row by item; `items` are in an order in which every edge runs forward, and no more than there are rows. */
export function orderRows(items: readonly OrderItem[], edges: readonly OrderEdge[], rows: number): number[] {
  let order = sorted(items, edges, rows);
  let best = costOf(items, edges, order, rows, Number.POSITIVE_INFINITY);
  for (let pass = 0, better = true; pass < passes && better; pass++) {
    better = false;
    for (let item = 0; item < items.length; item++) {
      for (const other of insertions(order, edges, item)) {
        const cost = costOf(items, edges, other, rows, best);
        if (cost >= best) continue;
        best = cost;
        order = other;
        better = true;
      }
    }
  }
  const chosen = fitRows(items, order, rows).rows;
  const result = new Array<number>(items.length).fill(0);
  order.forEach((item, at) => {
    result[item] = chosen[at] as number;
  });
  return result;
}

/** By the rows of before, the newcomers by their zone, as far as the edges let them. */
function sorted(items: readonly OrderItem[], edges: readonly OrderEdge[], rows: number): number[] {
  const wish = items.map(({ before, zone }) => before ?? ((zone - 1) * rows) / 2 + rows / 2);
  const open = items.map((_, item) => edges.filter(edge => edge.to === item).length);
  const left = new Set(items.keys());
  const order: number[] = [];
  while (left.size > 0) {
    let next: number | undefined;
    for (const item of left) {
      if (open[item] === 0 && (next === undefined || (wish[item] as number) < (wish[next] as number)))
        next = item;
    }
    if (next === undefined) break;
    left.delete(next);
    order.push(next);
    for (const edge of edges) {
      if (edge.from === next) open[edge.to] = (open[edge.to] as number) - 1;
    }
  }
  return order;
}

/** The orders in which only this item stands elsewhere. */
function insertions(order: readonly number[], edges: readonly OrderEdge[], item: number): number[][] {
  const others = order.filter(one => one !== item);
  let low = 0;
  let high = others.length;
  for (const { from, to } of edges) {
    if (to === item) low = Math.max(low, others.indexOf(from) + 1);
    if (from === item) high = Math.min(high, others.indexOf(to));
  }
  const found: number[][] = [];
  for (let at = low; at <= high; at++) found.push([...others.slice(0, at), item, ...others.slice(at)]);
  return found;
}

/** Not counted on where it is `enough` or more. */
function costOf(
  items: readonly OrderItem[],
  edges: readonly OrderEdge[],
  order: readonly number[],
  rows: number,
  enough: number,
): number {
  const place = new Array<number>(items.length).fill(0);
  let cost = 0;
  order.forEach((item, at) => {
    place[item] = at;
    const zone = items[item]?.zone ?? 0;
    for (let above = 0; above < at; above++) {
      const back = (items[order[above] as number]?.zone ?? 0) - zone;
      if (back > 0) cost += price.zone * back;
    }
  });
  for (const { from, to } of edges) cost += price.length * ((place[to] as number) - (place[from] as number));
  if (cost >= enough) return cost;
  cost += fitRows(items, order, rows).cost;
  if (cost >= enough) return cost;
  for (const { from, to } of edges) {
    const [top, bottom] = [place[from] as number, place[to] as number];
    // lanes that begin and end across one another
    for (const other of edges) {
      const above = place[other.from] as number;
      if (above > top && above < bottom && (place[other.to] as number) > bottom) cost += price.crossed;
    }
  }
  return cost;
}

/** The cheapest rows for items in this order; new ones close to their neighbours, all of them in the middle. */
function fitRows(
  items: readonly OrderItem[],
  order: readonly number[],
  rows: number,
): { rows: number[]; cost: number } {
  const count = order.length;
  const start = Math.floor((rows - count) / 2);
  const steps: number[][] = [];
  let costs: number[] = [];
  order.forEach((item, at) => {
    const { before } = items[item] as OrderItem;
    const here = new Array<number>(rows).fill(Number.POSITIVE_INFINITY);
    const step = new Array<number>(rows).fill(-1);
    let best = Number.POSITIVE_INFINITY;
    let from = -1;
    for (let row = at; row <= rows - count + at; row++) {
      best += price.gap;
      const last = at === 0 ? 0 : (costs[row - 1] as number);
      if (last <= best) {
        best = last;
        from = row - 1;
      }
      const own =
        before === undefined
          ? Math.abs(row - start - at) / 10
          : before === row
            ? 0
            : price.moved + price.step * Math.abs(row - before);
      here[row] = best + own;
      step[row] = from;
    }
    steps.push(step);
    costs = here;
  });
  let row = costs.indexOf(Math.min(...costs));
  const cost = costs[row] ?? 0;
  const chosen = new Array<number>(count).fill(0);
  for (let at = count - 1; at >= 0; at--) {
    chosen[at] = row;
    row = steps[at]?.[row] ?? 0;
  }
  return { rows: chosen, cost };
}
