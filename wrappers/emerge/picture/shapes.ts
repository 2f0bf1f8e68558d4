/** What a view is, its columns, and where everything in it stands: the shapes that the steps of a layout hand on. */
import type { GraphIndex, GraphNode } from '../../../portage/graph.ts';

export interface ViewNode {
  readonly id: string;
  readonly node: GraphNode;
  readonly focus: boolean;
  readonly installed: boolean;
  /** Place from left to right: what is needed has the lower one. */
  readonly rank: number;
  /** How much would be lost without it; the middle is never given up. */
  readonly value: number;
}

/** Drawn from left to right. `right` needs `left`; where `against`, `left` needs `right`, which is merged later. */
export interface ViewEdge {
  readonly left: string;
  readonly right: string;
  readonly against: boolean;
}

export interface View {
  /** By rank. */
  readonly nodes: readonly ViewNode[];
  readonly edges: readonly ViewEdge[];
  /** Direct neighbours of the middle that are not shown. */
  readonly moreBefore: number;
  readonly moreAfter: number;
}

export interface Limits {
  /** Ids that found no place. */
  readonly excluded: ReadonlySet<string>;
}

export interface ViewLimits extends Limits {
  /** Most nodes, the middle included. */
  readonly nodes: number;
  /** Most nodes in a side. */
  readonly side: number;
  /** 1: direct neighbours; 2: theirs too, where a side has room. */
  readonly rings: number;
  /** Most nodes of the second ring in a side; 2 unless told. */
  readonly ring?: number;
}

export interface Item {
  /** Node id; for a line passing through, a name that stays the same from frame to frame. */
  readonly key: string;
  readonly kind: 'node' | 'line' | 'more';
  readonly column: number;
  /** The node that a line begins or ends at, shared by all that share the line; else the key. */
  readonly owner: string;
}

/** A stretch of an edge, or of several that share an end, between neighbouring columns; item places. */
export interface Segment {
  readonly left: number;
  readonly right: number;
  readonly heavy: boolean;
  readonly dashed: boolean;
}

export interface Layers {
  readonly items: readonly Item[];
  /** Item places by column, from left to right. */
  readonly columns: readonly (readonly number[])[];
  /** By gutter; gutter g lies between columns g and g + 1. */
  readonly segments: readonly (readonly Segment[])[];
  /** The column of the middle. */
  readonly middle: number;
}

export interface Bundle {
  readonly kind: 'all' | 'out' | 'in';
  readonly lefts: readonly number[];
  readonly rights: readonly number[];
  readonly segments: readonly Segment[];
}

export interface Gutter {
  readonly bundles: readonly Bundle[];
  /** Cell column by bundle, from 0. */
  readonly tracks: readonly number[];
  readonly width: number;
  /** How often a line to or from a stroke passes another one. */
  readonly passes: number;
  /** Passes and width, to compare. */
  readonly cost: number;
}

export type Basis = readonly unknown[];

export interface Placed {
  /** By item. */
  readonly rows: readonly number[];
  readonly gutters: readonly Gutter[];
}

export interface Arrangement {
  readonly view: View;
  readonly layers: Layers;
  readonly placed: Placed;
  /** Row by item key. */
  readonly rows: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
  /** First cell and width of each column's labels. */
  readonly columns: readonly { readonly x: number; readonly width: number }[];
  /** Free cells before the strokes, by gutter. */
  readonly lead: readonly number[];
  /** Whether the middle shows phases and times. */
  readonly timed: boolean;
}

export interface Layout extends Arrangement {
  /** Equal for equal views in equal sizes. */
  readonly key: string;
  /** What the view was chosen by. */
  readonly limits: ViewLimits;
  readonly basis: Basis;
}

export interface Places {
  /** Row by id. */
  readonly rows: ReadonlyMap<string, number>;
  /** The cell of the mark, and of the line below it, by id. */
  readonly lanes: ReadonlyMap<string, number>;
  readonly names: ReadonlyMap<string, string>;
  /** The first cell of the name, by id. */
  readonly starts: ReadonlyMap<string, number>;
  /** The first cell of the phases, one behind the longest name of the middle. */
  readonly phases: number;
}

export interface ListLayout extends Places {
  readonly view: View;
  /** Running packages without a row; where there are some, the last row counts them. */
  readonly unseen: readonly string[];
  /** Equal where the same list serves. */
  readonly key: string;
  readonly index: GraphIndex;
  readonly basis: Basis;
  /** For how many lists nothing that stayed has moved. */
  readonly still: number;
}
