/** Ways through a merge graph: what is near, why something is there, what takes longest. */
import type { GraphEdge, GraphIndex } from './graph.ts';

/**
 * What is needed by (`dependencies`) or needs (`dependents`) the given nodes, by id, with its distance in edges
 * (1 = direct), up to `distance`. The nodes themselves are not in it. Edges against the merge order don't count.
 */
export function neighbourhood(
  index: GraphIndex,
  ids: Iterable<string>,
  side: 'dependencies' | 'dependents',
  distance = Number.POSITIVE_INFINITY,
): Map<string, number> {
  const start = [...ids].map(id => index.position.get(id)).filter(at => at !== undefined);
  const seen = new Set(start);
  const near = new Map<string, number>();
  let ring = start;
  for (let far = 1; far <= distance && ring.length > 0; far++) {
    const next: number[] = [];
    for (const at of ring) {
      for (const other of index[side][at] ?? []) {
        if (seen.has(other)) continue;
        seen.add(other);
        near.set(idAt(index, other), far);
        next.push(other);
      }
    }
    ring = next;
  }
  return near;
}

/**
 * Why `id` is in the list: for each target that leads to it one chain of edges, target first, the node last;
 * shortest chains first, at most `limit`. A chain avoids edges against the merge order and mere PDEPENDs where
 * another of the same length exists. A target itself gives one empty chain.
 */
export function chainsTo(
  index: GraphIndex,
  targets: ReadonlySet<string>,
  id: string,
  limit = 3,
): GraphEdge[][] {
  const end = index.position.get(id);
  if (end === undefined) return [];
  if (targets.has(id)) return [[]];
  const back = dependentsWithAgainst(index);
  const next = new Map<number, number>([[end, -1]]);
  const chains: GraphEdge[][] = [];
  let ring = [end];
  while (ring.length > 0 && chains.length < limit) {
    const found = new Map<number, { from: number; price: number }>();
    for (const at of ring) {
      for (const from of back[at] ?? []) {
        if (next.has(from)) continue;
        const price = priceOf(index.edge(from, at)) * index.graph.nodes.length + at;
        const known = found.get(from);
        if (known === undefined || price < known.price) found.set(from, { from: at, price });
      }
    }
    for (const [at, way] of found) next.set(at, way.from);
    ring = [...found.keys()].sort((a, b) => a - b);
    for (const at of ring) {
      if (chains.length < limit && targets.has(idAt(index, at))) chains.push(walk(index, next, at));
    }
    // what lies beyond a target is explained by the target
    ring = ring.filter(at => !targets.has(idAt(index, at)));
  }
  return chains;
}

function priceOf(edge: GraphEdge | undefined): number {
  if (edge === undefined || edge.againstOrder) return 2;
  return edge.kinds.every(kind => kind === 'pdepend') ? 1 : 0;
}

function walk(index: GraphIndex, next: ReadonlyMap<number, number>, start: number): GraphEdge[] {
  const chain: GraphEdge[] = [];
  for (let at = start, to = next.get(at) ?? -1; to >= 0; at = to, to = next.get(at) ?? -1) {
    const edge = index.edge(at, to);
    if (edge !== undefined) chain.push(edge);
  }
  return chain;
}

function dependentsWithAgainst(index: GraphIndex): number[][] {
  const lists = index.dependents.map(list => [...list]);
  index.against.forEach((list, from) => {
    for (const to of list) lists[to]?.push(from);
  });
  return lists;
}

export interface CriticalPath {
  /** Ids, in merge order. */
  readonly path: readonly string[];
  /** Sum of the weights on the path. */
  readonly length: number;
  /** By position: the heaviest way from this node (counted) through its dependents to the end. */
  readonly remaining: readonly number[];
}

/** The chain of dependencies with the greatest sum of weights (any unit, not negative). */
export function criticalPath(index: GraphIndex, weight: (id: string) => number): CriticalPath {
  const size = index.graph.nodes.length;
  const remaining = new Array<number>(size).fill(0);
  const next = new Array<number>(size).fill(-1);
  let start = -1;
  for (let at = size - 1; at >= 0; at--) {
    let best = 0;
    for (const dependent of index.reducedDependents[at] ?? []) {
      const way = remaining[dependent] as number;
      if (next[at] === -1 || way > best) {
        best = way;
        next[at] = dependent;
      }
    }
    remaining[at] = best + weight(idAt(index, at));
    if (start === -1 || (remaining[at] as number) >= (remaining[start] as number)) start = at;
  }
  const path: string[] = [];
  for (let at = start; at >= 0; at = next[at] as number) path.push(idAt(index, at));
  return { path, length: start < 0 ? 0 : (remaining[start] as number), remaining };
}

function idAt(index: GraphIndex, at: number): string {
  return index.graph.nodes[at]?.id ?? '';
}
