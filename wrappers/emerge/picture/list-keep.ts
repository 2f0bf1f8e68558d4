/** A list in which all that stays keeps its row: what is new stands where a row is free for it, or nowhere. */

import type { PictureInput } from './model.ts';
import type { View, ViewNode } from './shapes.ts';
import { bind } from './view.ts';

const price = { inverted: 3, owned: 20, torn: 20 };

interface Kept {
  readonly view: View;
  readonly rows: ReadonlyMap<string, number>;
}

/**
 * `nodes` by worth, the jobs first; at most `most` are kept. Undefined where a job finds no row.
 * `before` are the rows of the last frame.
 */
export function keepRows(
  input: PictureInput,
  nodes: readonly ViewNode[],
  most: number,
  height: number,
  before: ReadonlyMap<string, number>,
): Kept | undefined {
  const placed = new Map<ViewNode, number>();
  const taken = new Set<number>();
  const owners = new Map<number, ViewNode>();
  for (const node of nodes) {
    const row = before.get(node.id);
    if (row !== undefined && row < height) owners.set(row, node);
  }
  const related = relation(input);
  const jobs = nodes.filter(node => node.focus);
  const put = (node: ViewNode, row: number) => {
    placed.set(node, row);
    taken.add(row);
  };
  for (const [row, node] of owners) if (node.focus) put(node, row);
  for (const node of jobs) if (placed.has(node) && !fits(node, placed.get(node) as number)) return undefined;

  function fits(node: ViewNode, row: number): boolean {
    for (const [other, at] of placed) {
      if (other === node || !related(node, other)) continue;
      if (other.rank < node.rank ? at >= row : at <= row) return false;
    }
    return true;
  }

  /** Jobs beside jobs, what they need right above, what waits right below; nobody's row if there is another. */
  function costOf(node: ViewNode, row: number): number {
    let cost = owners.has(row) ? price.owned : 0;
    let near = height;
    for (const [other, at] of placed) {
      if (node.focus ? other.focus : related(node, other)) near = Math.min(near, Math.abs(at - row));
      if (!node.focus && other.focus && (other.rank < node.rank ? at > row : at < row))
        cost += price.inverted;
    }
    if (!node.focus) return cost + near;
    for (const [at, owner] of owners) {
      if (owner.focus || !related(node, owner)) continue;
      if (owner.rank < node.rank ? at >= row : at <= row) cost += price.torn;
    }
    return cost + near;
  }

  for (const node of nodes) {
    if (placed.has(node) || placed.size >= most) continue;
    // a neighbour's neighbour is nothing without it
    if (!node.focus && ![...placed.keys()].some(other => related(node, other))) continue;
    const own = before.get(node.id);
    const choice = own !== undefined && !node.focus ? [own] : [...Array(height).keys()];
    const free = choice.filter(row => row < height && !taken.has(row) && fits(node, row));
    const best = free.map(row => ({ row, cost: costOf(node, row) })).sort((a, b) => a.cost - b.cost)[0];
    if (best !== undefined) put(node, best.row);
    else if (node.focus) return undefined;
  }
  const kept = [...placed.keys()].sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const rows = new Map(kept.map(node => [node.id, placed.get(node) as number]));
  return { view: { nodes: kept, edges: bind(input, kept), moreBefore: 0, moreAfter: 0 }, rows };
}

/** Whether one of the two needs the other, in whatever order. */
function relation(input: PictureInput): (a: ViewNode, b: ViewNode) => boolean {
  const beside = new Set<string>();
  for (const { from, to } of input.installed?.edges ?? []) beside.add(`${from} ${to}`).add(`${to} ${from}`);
  return (a, b) => {
    if (a.installed || b.installed) return beside.has(`${a.id} ${b.id}`);
    return input.index.edge(a.rank, b.rank) !== undefined || input.index.edge(b.rank, a.rank) !== undefined;
  };
}
