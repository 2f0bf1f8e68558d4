/** What the picture is drawn from, and what a drawn picture is. */
import type { GraphEdge, GraphIndex, GraphNode, NodeState } from '../../../portage/graph.ts';
import type { Layout, ListLayout } from './shapes.ts';

export interface NodeStatus {
  readonly state: NodeState;
  readonly phase?: string;
  /** Seconds. */
  readonly elapsed?: number;
}

export interface Counts {
  readonly done: number;
  readonly total: number;
  readonly running: number;
  /** Built, and waiting to be merged. */
  readonly built?: number;
  readonly failed: number;
  /** Load average over a minute. */
  readonly load?: number;
  /** Seconds until all is merged, as foretold. */
  readonly left?: number;
  /** That much of it goes by other packages that a time would say too much. */
  readonly leftGuessed?: boolean;
  /** The id of the running package that the rest waits for. */
  readonly waitsFor?: string;
}

/** SGR parameters (`32;01`) by what is drawn; an empty string leaves the terminal's own colour. */
export interface Palette {
  readonly running: string;
  readonly wall: string;
  readonly phase: string;
  readonly elapsed: string;
  readonly done: string;
  readonly waiting: string;
  readonly failed: string;
  readonly target: string;
  readonly installed: string;
  readonly line: string;
  readonly heavy: string;
  readonly against: string;
  readonly more: string;
  readonly status: string;
}

export type Role = keyof Palette;

/** The 16 colours as Portage uses them: green merges, yellow counts, red fails, teal hints. */
export const portagePalette: Palette = {
  running: '32;01',
  wall: '32',
  phase: '33;01',
  elapsed: '36;01',
  done: '32',
  waiting: '',
  failed: '31;01',
  target: '01',
  installed: '02',
  line: '36',
  heavy: '32',
  against: '33',
  more: '02',
  status: '',
};

export interface Style {
  readonly unicode: boolean;
  readonly color: boolean;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export interface PictureInput {
  readonly index: GraphIndex;
  /** By id; a listed package that is not in it is waiting. */
  readonly states: ReadonlyMap<string, NodeStatus>;
  readonly targets: ReadonlySet<string>;
  /** Installed neighbours of running packages; each edge joins a listed package and one of these nodes. */
  readonly installed?: {
    readonly nodes: readonly GraphNode[];
    readonly edges: readonly Omit<GraphEdge, 'againstOrder'>[];
  };
  readonly counts: Counts;
  readonly size: Size;
  /** How many packages the view may hold; 12 unless told. */
  readonly nodes?: number;
  readonly style: Style;
  readonly palette?: Palette;
  /** Ids to stand in the middle in place of the running packages. */
  readonly focus?: readonly string[];
  /** The frame shown before, for calm. */
  readonly previous?: Frame;
}

export interface Frame {
  /** Exactly `rows` lines, none wider than `columns` cells, without line ends. */
  readonly lines: readonly string[];
  /** Undefined where a list stands in place of the picture. */
  readonly layout: Layout | undefined;
  readonly list?: ListLayout | undefined;
  /** The ids that stood in the middle. */
  readonly focus: readonly string[];
}
