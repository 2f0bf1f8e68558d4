/** `tumpline.graph/1`: a run and its graph as one JSON document (docs/json/graph.md). Pure. */
import type { DependencyKind, GraphEdge, GraphNode, NodeState } from '../../portage/graph.ts';

export interface RunFacts {
  /** Of emerge; null where nothing ran. */
  readonly pid: number | null;
  /** Epoch seconds. */
  readonly started: number | null;
  readonly ended: number | null;
  /** As emerge.log tells it; null where it tells nothing. */
  readonly exit: number | null;
  readonly targets: readonly string[];
  readonly predicted?: PredictedRun;
}

export interface PredictedRun {
  readonly seconds: number;
  /** `--jobs`; null without a limit. */
  readonly jobs: number | null;
  /** How many of the packages emerge.log does not know. */
  readonly unknown: number;
}

export interface DocumentNode extends GraphNode {
  readonly state: NodeState;
  readonly phase?: string;
  /** Seconds. */
  readonly elapsed?: number;
  /** Seconds that it will take with nothing else being built. */
  readonly predicted?: number;
}

export interface GraphDocument {
  readonly schema: 'tumpline.graph/1';
  readonly run: RunFacts;
  readonly nodes: readonly DocumentNode[];
  readonly edges: readonly GraphEdge[];
}

export const graphSchema = 'tumpline.graph/1';

export function graphDocument(
  run: RunFacts,
  nodes: readonly DocumentNode[],
  edges: readonly GraphEdge[],
): GraphDocument {
  return { schema: graphSchema, run, nodes, edges };
}

const types = new Set(['ebuild', 'binary', 'uninstall', 'installed']);
const states = new Set(['waiting', 'building', 'built', 'merging', 'done', 'failed', 'dropped']);
const kinds = new Set(['depend', 'bdepend', 'rdepend', 'pdepend', 'idepend']);

/** A document that was written by `graphDocument`; undefined for anything else. */
export function parseGraphDocument(text: string): GraphDocument | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isRecord(data) || data['schema'] !== graphSchema || !isRecord(data['run'])) return undefined;
  const { nodes, edges } = data as { nodes?: unknown; edges?: unknown };
  if (!Array.isArray(nodes) || !nodes.every(isNode)) return undefined;
  const ids = new Set(nodes.map(node => node.id));
  if (!Array.isArray(edges) || !edges.every(edge => isEdge(edge, ids))) return undefined;
  if (!Array.isArray(data['run']['targets'])) return undefined;
  return data as unknown as GraphDocument;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isNode(value: unknown): value is DocumentNode {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['cpv'] === 'string' &&
    types.has(String(value['type'])) &&
    states.has(String(value['state']))
  );
}

function isEdge(value: unknown, ids: ReadonlySet<string>): value is GraphEdge {
  return (
    isRecord(value) &&
    ids.has(String(value['from'])) &&
    ids.has(String(value['to'])) &&
    Array.isArray(value['kinds']) &&
    value['kinds'].every(kind => kinds.has(kind as DependencyKind))
  );
}
