/** Which lane each row of a list has: a lane runs from its package down to the last one that is bound to it. */
import type { OrderEdge } from './list-order.ts';

const price = { lane: 0.4, cell: 1, leftwards: 12, passed: 5, shared: 3, moved: 3, stacked: 8 };
const most = 24;

interface State {
  readonly lanes: readonly number[];
  readonly cost: number;
}

/**
 * Lane by item, fewest crossings first as far as a search of some breadth finds them; `before` are the lanes of the
 * last frame. Undefined where `limit` lanes don't do.
 */
export function chooseLanes(
  rows: readonly number[],
  edges: readonly OrderEdge[],
  before: readonly (number | undefined)[],
  limit: number,
): number[] | undefined {
  const order = [...rows.keys()].sort((a, b) => (rows[a] as number) - (rows[b] as number));
  const ends = [...rows];
  for (const { from, to } of edges) ends[from] = Math.max(ends[from] as number, rows[to] as number);
  const linked = new Set(edges.flatMap(({ from, to }) => [from, to]));
  let states: State[] = [{ lanes: [], cost: 0 }];
  for (const [at, item] of order.entries()) {
    const above = order[at - 1];
    const row = rows[item] as number;
    const open = order.filter(other => (rows[other] as number) < row && (ends[other] as number) >= row);
    const bound = new Set(edges.filter(edge => edge.to === item).map(edge => edge.from));
    // below another mark, and with no line of its own that leads to it, it would seem bound to that one
    const near = above !== undefined && rows[above] === row - 1 && bound.size === 0;
    const shunned = near && (linked.has(above) || linked.has(item)) ? above : -1;
    const next: State[] = [];
    for (const state of states) {
      const taken = new Set(open.map(other => state.lanes[other] as number));
      const shun = state.lanes[shunned] ?? -1;
      const widest = Math.min(limit - 1, Math.max(shun, ...taken) + 1);
      for (let lane = 0; lane <= widest; lane++) {
        if (taken.has(lane)) continue;
        const lanes = [...state.lanes];
        lanes[item] = lane;
        const moved = before[item] === undefined || before[item] === lane ? 0 : price.moved;
        const below = lane === shun ? price.stacked : 0;
        const flat = flatCost(state.lanes, lane, open, bound, ends, row);
        const cost = state.cost + price.lane * lane + moved + below + flat;
        next.push({ lanes, cost });
      }
    }
    states = next.sort((a, b) => a.cost - b.cost).slice(0, most);
  }
  const best = states[0]?.lanes;
  return best && [...best];
}

/** What the lines of one row cost: their length, and the lanes that they run across. */
function flatCost(
  lanes: readonly number[],
  lane: number,
  open: readonly number[],
  bound: ReadonlySet<number>,
  ends: readonly number[],
  row: number,
): number {
  let cost = 0;
  const reach = [...bound].map(item => lanes[item] as number);
  const low = Math.min(lane, ...reach);
  const high = Math.max(lane, ...reach);
  cost += price.cell * (high - low);
  if (high > lane) cost += price.leftwards;
  for (const other of open) {
    const at = lanes[other] as number;
    if (at <= low || at >= high) continue;
    if (!bound.has(other)) cost += price.passed;
    else if ((ends[other] as number) > row) cost += price.shared;
  }
  return cost;
}
