/** Where the items of ordered columns stand: lines as level as the distances allow. Pure. */
import type { Layered } from './layered.ts';

/** Lines between two bends are kept level first. */
const pull = { bends: 16, bend: 2, nodes: 1 };
const rounds = 40;
const passes = 20;

interface Near {
  readonly item: number;
  readonly weight: number;
}

interface Wish {
  readonly at: number;
  readonly weight: number;
}

/**
 * The middle of each item, in pixels from the top, whole numbers; `distance` is the least between the middles of two
 * items that stand one below the other, `count` the number of nodes, which come before the bends.
 */
export function heights(
  graph: Layered,
  columns: readonly (readonly number[])[],
  count: number,
  distance: (upper: number, lower: number) => number,
): number[] {
  const near: Near[][] = graph.column.map(() => []);
  for (const [left, right] of graph.joints) {
    const bends = Number(left >= count) + Number(right >= count);
    const weight = bends === 2 ? pull.bends : bends === 1 ? pull.bend : pull.nodes;
    near[left]?.push({ item: right, weight });
    near[right]?.push({ item: left, weight });
  }
  const y = new Array<number>(graph.column.length).fill(0);
  const offsets = columns.map(column => {
    let sum = 0;
    return column.map((item, place) => {
      if (place > 0) sum += distance(column[place - 1] as number, item);
      y[item] = sum;
      return sum;
    });
  });
  // all start around one middle
  for (const [at, column] of columns.entries())
    for (const item of column) y[item] = (y[item] as number) - (offsets[at]?.at(-1) ?? 0) / 2;
  for (let round = 0; round < rounds; round++) {
    const exact = round > rounds / 2;
    const order = columns.map((_, at) => at);
    for (const at of round % 2 === 0 ? order : order.reverse()) {
      const column = columns[at] ?? [];
      const own = offsets[at] ?? [];
      const wishes = column.map((item, place) => {
        const all = (near[item] ?? []).map(({ item: other, weight }) => ({ at: y[other] as number, weight }));
        if (all.length === 0) all.push({ at: y[item] as number, weight: 0.1 });
        const weight = all.reduce((total, one) => total + one.weight, 0);
        const wished = exact ? medianOf(all, y[item] as number) : meanOf(all);
        return { at: wished - (own[place] as number), weight };
      });
      ascending(wishes, exact ? medianOf : meanOf).forEach((base, place) => {
        y[column[place] as number] = Math.round((base + (own[place] as number)) * 2) / 2;
      });
    }
  }
  const whole = y.map(Math.round);
  for (let pass = 0; pass < passes; pass++) {
    const moved = level(graph.joints, near, columns, whole, distance);
    if (!draw(near, columns, whole, distance) && !moved) break;
  }
  const top = Math.min(...whole);
  return whole.map(value => value - top);
}

/** A line that is all but level looks worse than one that is not. */
function slant(by: number): number {
  return by === 0 ? 0 : Math.abs(by) + 12;
}

/** Moves single items towards their neighbours, as far as there is room. */
function draw(
  near: readonly (readonly Near[])[],
  columns: readonly (readonly number[])[],
  y: number[],
  distance: (upper: number, lower: number) => number,
): boolean {
  let moved = false;
  for (const column of columns) {
    column.forEach((item, place) => {
      const [upper, lower] = [column[place - 1], column[place + 1]];
      const least = upper === undefined ? Number.NEGATIVE_INFINITY : y[upper]! + distance(upper, item);
      const most = lower === undefined ? Number.POSITIVE_INFINITY : y[lower]! - distance(item, lower);
      const others = (near[item] ?? []).map(({ item: other, weight }) => ({ at: y[other]!, weight }));
      if (others.length === 0) return;
      const cost = (at: number) => others.reduce((sum, one) => sum + one.weight * slant(at - one.at), 0);
      const wishes = [Math.round(medianOf(others, y[item])), ...others.map(({ at }) => at)];
      for (const wish of wishes) {
        const at = Math.min(most, Math.max(least, wish));
        if (cost(at) >= cost(y[item]!)) continue;
        y[item] = at;
        moved = true;
      }
    });
  }
  return moved;
}

/** Moves what is level with one end of a slanting line to the height of the other, where that pays. */
function level(
  joints: Layered['joints'],
  near: readonly (readonly Near[])[],
  columns: readonly (readonly number[])[],
  y: number[],
  distance: (upper: number, lower: number) => number,
): boolean {
  const above = new Map(columns.flatMap(column => column.slice(1).map((item, at) => [item, column[at]!])));
  const below = new Map(columns.flatMap(column => column.slice(1).map((item, at) => [column[at]!, item])));
  const levelWith = (item: number) =>
    (near[item] ?? []).flatMap(one => (y[one.item] === y[item] ? one.item : []));
  const inTheWay = (item: number, by: number) => {
    const other = (by > 0 ? below : above).get(item);
    if (other === undefined) return [];
    const least = by > 0 ? distance(item, other) : distance(other, item);
    return Math.abs(y[other]! - y[item]!) - Math.abs(by) < least ? [other] : [];
  };
  const gainOf = (group: ReadonlySet<number>, by: number) => {
    let gain = 0;
    for (const item of group)
      for (const { item: other, weight } of near[item] ?? [])
        if (!group.has(other))
          gain += weight * (slant(y[item]! - y[other]!) - slant(y[item]! + by - y[other]!));
    return gain;
  };
  let moved = false;
  for (const [left, right] of joints) {
    for (const [start, end, carry] of [
      [left, right, false],
      [right, left, false],
      [left, right, true],
      [right, left, true],
    ] as const) {
      const by = y[end]! - y[start]!;
      if (by === 0) break;
      const group = new Set([start]);
      for (const item of group) for (const other of levelWith(item)) group.add(other);
      // what is in the way is pushed along, alone or with what is level with it
      for (const item of group) {
        for (const other of inTheWay(item, by)) group.add(other);
        if (carry) for (const other of levelWith(item)) group.add(other);
      }
      if (group.has(end) || gainOf(group, by) <= 0) continue;
      for (const item of group) y[item] = y[item]! + by;
      moved = true;
    }
  }
  return moved;
}

function meanOf(wishes: readonly Wish[]): number {
  let [sum, weight] = [0, 0];
  for (const wish of wishes) {
    sum += wish.at * wish.weight;
    weight += wish.weight;
  }
  return sum / weight;
}

/** The weighted median; where a whole stretch is as good, what is nearest to `before` in it. */
function medianOf(wishes: readonly Wish[], before = Number.NaN): number {
  const sorted = wishes.toSorted((a, b) => a.at - b.at);
  const half = sorted.reduce((total, { weight }) => total + weight, 0) / 2;
  let sum = 0;
  for (const [place, { at, weight }] of sorted.entries()) {
    sum += weight;
    if (sum < half) continue;
    const next = sorted[place + 1]?.at ?? at;
    if (sum > half || next === at) return at;
    return Number.isNaN(before) ? (at + next) / 2 : Math.min(next, Math.max(at, before));
  }
  return 0;
}

/** The ascending values nearest to the wishes: neighbours that contradict each other become one (isotonic regression). */
function ascending(wishes: readonly Wish[], middle: (wishes: readonly Wish[]) => number): number[] {
  const blocks: { wishes: Wish[]; at: number }[] = [];
  for (const wish of wishes) {
    let block = { wishes: [wish], at: wish.at };
    for (let last = blocks.at(-1); last !== undefined && last.at > block.at; last = blocks.at(-1)) {
      blocks.pop();
      const joined = [...last.wishes, ...block.wishes];
      block = { wishes: joined, at: middle(joined) };
    }
    blocks.push(block);
  }
  return blocks.flatMap(block => block.wishes.map(() => block.at));
}
