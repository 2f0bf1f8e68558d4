/** The merge graph: packages of one run, what they need of each other, and in which order they are merged. */

/** Dependency classes of PMS 8.1, as tumpline.graph/1 writes them. */
export type DependencyKind = 'depend' | 'bdepend' | 'rdepend' | 'pdepend' | 'idepend';

export type NodeType = 'ebuild' | 'binary' | 'uninstall' | 'installed';
export type NodeState = 'waiting' | 'building' | 'built' | 'merging' | 'done' | 'failed' | 'dropped';

export interface GraphNode {
  /** The cpv, preceded by `ROOT:` only for a root other than `/`. */
  readonly id: string;
  readonly cpv: string;
  readonly root: string;
  readonly repo?: string;
  readonly slot?: string;
  readonly type: NodeType;
  readonly use?: readonly string[];
  /** Why it is in the list: new, upgrade, downgrade, reinstall, slot rebuild, changed USE. */
  readonly reason?: string;
}

/** `from` depends on `to`; both are node ids. */
export interface GraphEdge {
  readonly from: string;
  readonly to: string;
  readonly kinds: readonly DependencyKind[];
  /** True where `to` is merged after `from`. */
  readonly againstOrder: boolean;
}

/** Nodes stand in merge order. */
export interface MergeGraph {
  readonly nodes: readonly GraphNode[];
  readonly edges: readonly GraphEdge[];
}

/**
 * A graph made fast to ask. Positions are places in merge order; lists of them ascend.
 * The merge order cuts every cycle: what goes against it stands apart, in `against`.
 */
export interface GraphIndex {
  readonly graph: MergeGraph;
  readonly position: ReadonlyMap<string, number>;
  readonly dependencies: readonly (readonly number[])[];
  readonly dependents: readonly (readonly number[])[];
  /** As the two above, without what follows from other edges. */
  readonly reducedDependencies: readonly (readonly number[])[];
  readonly reducedDependents: readonly (readonly number[])[];
  /** Direct dependencies that are merged later than their dependent. */
  readonly against: readonly (readonly number[])[];
  /** The edge between two positions, dependent first. */
  readonly edge: (from: number, to: number) => GraphEdge | undefined;
}

/** Sets `againstOrder` of each edge from the order of the nodes. Edges of unknown nodes and loops are left out. */
export function orientEdges(
  nodes: readonly GraphNode[],
  edges: readonly Omit<GraphEdge, 'againstOrder'>[],
): GraphEdge[] {
  const position = new Map(nodes.map((node, at) => [node.id, at]));
  const oriented: GraphEdge[] = [];
  for (const edge of edges) {
    const from = position.get(edge.from);
    const to = position.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    oriented.push({ from: edge.from, to: edge.to, kinds: edge.kinds, againstOrder: to > from });
  }
  return oriented;
}

/** Built once per list; the order of the nodes decides, not the edges' own `againstOrder`. */
export function indexGraph(graph: MergeGraph): GraphIndex {
  const size = graph.nodes.length;
  const position = new Map(graph.nodes.map((node, at) => [node.id, at]));
  const dependencies = emptyLists(size);
  const against = emptyLists(size);
  const byPair = new Map<number, GraphEdge>();
  for (const edge of graph.edges) {
    const from = position.get(edge.from);
    const to = position.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const pair = from * size + to;
    if (byPair.has(pair)) continue;
    byPair.set(pair, edge);
    (to < from ? dependencies : against)[from]?.push(to);
  }
  for (const list of [...dependencies, ...against]) list.sort((a, b) => a - b);
  const reducedDependencies = reduceTransitively(dependencies);
  return {
    graph,
    position,
    dependencies,
    dependents: reverse(dependencies),
    reducedDependencies,
    reducedDependents: reverse(reducedDependencies),
    against,
    edge: (from, to) => byPair.get(from * size + to),
  };
}

function emptyLists(size: number): number[][] {
  return Array.from({ length: size }, () => []);
}

function reverse(lists: readonly (readonly number[])[]): number[][] {
  const reversed = emptyLists(lists.length);
  lists.forEach((list, from) => {
    for (const to of list) reversed[to]?.push(from);
  });
  return reversed;
}

/**
 * The smallest set of edges with the same reachability. Each list names lower positions only, ascending;
 * a bit set per node says what it reaches, so a dependency already reached through a later one is not needed.
 */
export function reduceTransitively(dependencies: readonly (readonly number[])[]): number[][] {
  const words = (dependencies.length + 31) >>> 5;
  const reach = new Uint32Array(dependencies.length * words);
  return dependencies.map((list, node) => {
    const kept: number[] = [];
    const own = node * words;
    for (let at = list.length - 1; at >= 0; at--) {
      const to = list[at] as number;
      const word = own + (to >>> 5);
      if (((reach[word] as number) >>> (to & 31)) & 1) continue;
      kept.push(to);
      const other = to * words;
      for (let i = 0; i <= to >>> 5; i++)
        reach[own + i] = (reach[own + i] as number) | (reach[other + i] as number);
      reach[word] = (reach[word] as number) | (1 << (to & 31));
    }
    return kept.reverse();
  });
}
