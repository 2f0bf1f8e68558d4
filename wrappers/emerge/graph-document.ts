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
  /** Atoms and `@sets`, as emerge understood what it was asked for. */
  readonly asked?: readonly string[];
  readonly predicted?: PredictedRun;
}

export interface PredictedRun {
  readonly seconds: number;
  /** `--jobs`; null without a limit. */
  readonly jobs: number | null;
  /** How many of the packages emerge.log does not know. */
  readonly unknown: number;
}

/** A package that did not get through, and what its log said. */
export interface Failure {
  /** Of a listed package. */
  readonly id: string;
  readonly phase?: string;
  /** Path of the build log. */
  readonly log?: string;
  /** The lines of the log that say why; empty where it was not readable. */
  readonly lines: readonly string[];
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
  readonly failures?: readonly Failure[];
}

export const graphSchema = 'tumpline.graph/1';

export function graphDocument(
  run: RunFacts,
  nodes: readonly DocumentNode[],
  edges: readonly GraphEdge[],
  failures: readonly Failure[] = [],
): GraphDocument {
  return { schema: graphSchema, run, nodes, edges, ...(failures.length > 0 ? { failures } : {}) };
}

/** What is merged, in merge order, without the installed packages beside it. */
export function listedOf<Node extends GraphNode>(list: { readonly nodes: readonly Node[] }): Node[] {
  return list.nodes.filter(({ type }) => type !== 'installed');
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
  if (!isRun(data['run'])) return undefined;
  const { failures = [] } = data;
  if (!Array.isArray(failures) || !failures.every(failure => isFailure(failure, ids))) return undefined;
  return data as unknown as GraphDocument;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every(item => typeof item === 'string');
}

function isNumberOrNull(value: unknown): boolean {
  return value === null || (typeof value === 'number' && Number.isSafeInteger(value));
}

function isRun({ pid, started, ended, exit, targets, asked = [] }: Record<string, unknown>): boolean {
  return [pid, started, ended, exit].every(isNumberOrNull) && isTexts(targets) && isTexts(asked);
}

function isFailure(value: unknown, ids: ReadonlySet<string>): boolean {
  if (!isRecord(value)) return false;
  const { id, phase = '', log = '', lines } = value;
  return ids.has(String(id)) && typeof phase === 'string' && typeof log === 'string' && isTexts(lines);
}

function isMaybe(value: unknown, type: 'string' | 'number'): boolean {
  return value === undefined || typeof value === type;
}

function isNode(value: unknown): value is DocumentNode {
  return (
    isRecord(value) &&
    typeof value['id'] === 'string' &&
    typeof value['cpv'] === 'string' &&
    typeof value['root'] === 'string' &&
    ['repo', 'slot', 'reason', 'phase'].every(name => isMaybe(value[name], 'string')) &&
    ['elapsed', 'predicted'].every(name => isMaybe(value[name], 'number')) &&
    (value['use'] === undefined || isTexts(value['use'])) &&
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
