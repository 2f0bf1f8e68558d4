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
