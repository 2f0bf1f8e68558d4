/** What a picture of a finished document shows: all of a short list, else what stands around its middle. Pure. */
import { type GraphIndex, indexGraph, type NodeState } from '../../../portage/graph.ts';
import { criticalPath } from '../../../portage/graph-paths.ts';
import { type DocumentNode, type GraphDocument, listedOf } from '../graph-document.ts';
import type { PictureInput } from './model.ts';
import { chooseView } from './view.ts';

export interface SceneNode {
  readonly node: DocumentNode;
  readonly target: boolean;
  /** Stands in the middle because it was asked about. */
  readonly focus: boolean;
}

/** From left to right: `right` needs `left`; where `against`, `left` needs `right`, which is merged later. */
export interface SceneEdge {
  readonly left: string;
  readonly right: string;
  readonly against: boolean;
  /** Into what failed, runs or was asked about. */
  readonly into?: 'failed' | 'running' | 'focus';
}

/** Neighbours of a node of the middle that are left out. */
export interface SceneRest {
  readonly id: string;
  readonly side: 'left' | 'right';
  readonly count: number;
}

export interface Scene {
  /** An edge never leads back in this order. */
  readonly nodes: readonly SceneNode[];
  readonly edges: readonly SceneEdge[];
  readonly rest: readonly SceneRest[];
  /** What it was chosen by, in words; undefined for a whole list. */
  readonly about?: string;
}

export const mostWhole = 40;
const mostAround = 24;
const mostInSide = 10;
const mostMiddle = 4;
const mostChain = 8;
const mostChains = 4;
const enough = 10;
const running: ReadonlySet<NodeState> = new Set<NodeState>(['building', 'built', 'merging']);

/** The whole list up to `mostWhole` packages, with installed neighbours where there is room; `focus` is an id. */
export function sceneOf(document: GraphDocument, focus: string | undefined): Scene {
  const listed = listedOf(document);
  const ids = new Set(listed.map(({ id }) => id));
  const edges = document.edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  const index = indexGraph({ nodes: listed, edges });
  const targets = new Set(document.run.targets.filter(id => ids.has(id)));
  if (focus === undefined && listed.length <= mostWhole) return whole(document, index, targets);
  const { ids: middle, about } =
    focus === undefined ? middleOf(listed, index, targets) : { ids: [focus], about: focus };
  return { ...around(document, index, targets, middle, focus), about: `around ${about}` };
}

/** What failed, else what runs, else what was asked for; of a whole world the longest chains. */
function middleOf(listed: readonly DocumentNode[], index: GraphIndex, targets: ReadonlySet<string>) {
  const choices = [
    { nodes: listed.filter(({ state }) => state === 'failed'), about: 'what failed' },
    { nodes: listed.filter(({ state }) => running.has(state)), about: 'what runs' },
  ];
  for (const { nodes, about } of choices)
    if (nodes.length > 0) return { ids: nodes.slice(0, mostMiddle).map(({ id }) => id), about };
  if (targets.size > 0 && targets.size <= mostMiddle)
    return { ids: [...targets], about: 'what was asked for' };
  return { ids: longestChains(index), about: 'the longest chains' };
}

/** One after another, until together they are long enough to be worth a picture. */
function longestChains(index: GraphIndex): string[] {
  const found = new Set<string>();
  for (let count = 0; count < mostChains && found.size < enough; count++) {
    const { path } = criticalPath(index, id => (found.has(id) ? 0 : 1));
    for (const id of path.filter(one => !found.has(one)).slice(-mostChain)) found.add(id);
  }
  return [...found];
}

function whole(document: GraphDocument, index: GraphIndex, targets: ReadonlySet<string>): Scene {
  const listed = index.graph.nodes.map(({ id }) => id);
  const edges = listed.flatMap((id, at) => [
    ...(index.reducedDependencies[at] ?? []).map(to => ({ left: listed[to]!, right: id, against: false })),
    ...(index.against[at] ?? []).map(to => ({ left: id, right: listed[to]!, against: true })),
  ]);
  const kept = document.nodes.filter(node => node.type === 'installed');
  const beside = kept.length + listed.length <= mostWhole ? besides(document, kept, index) : undefined;
  const order = [...(beside?.before ?? []), ...listed, ...(beside?.after ?? [])];
  return sceneFrom(document, targets, order, undefined, [...edges, ...(beside?.edges ?? [])], []);
}

/** Installed packages stand on one side of the list: left where something listed needs them. */
function besides(document: GraphDocument, kept: readonly DocumentNode[], index: GraphIndex) {
  const ids = new Set(kept.map(({ id }) => id));
  const needed = new Set(
    document.edges.flatMap(({ from, to }) => (index.position.has(from) && ids.has(to) ? to : [])),
  );
  const edges = new Map<string, { left: string; right: string; against: boolean }>();
  for (const { from, to } of document.edges) {
    const joins = needed.has(to) ? index.position.has(from) : index.position.has(to) && ids.has(from);
    if (joins && !needed.has(from)) edges.set(`${to} ${from}`, { left: to, right: from, against: false });
  }
  const bound = new Set([...edges.values()].flatMap(({ left, right }) => [left, right]));
  const shown = kept.map(({ id }) => id).filter(id => bound.has(id));
  return {
    before: shown.filter(id => needed.has(id)),
    after: shown.filter(id => !needed.has(id)),
    edges: [...edges.values()],
  };
}

function around(
  document: GraphDocument,
  index: GraphIndex,
  targets: ReadonlySet<string>,
  middle: readonly string[],
  focus: string | undefined,
): Scene {
  const { position } = index;
  const input: PictureInput = {
    index,
    states: new Map(listedOf(document).map(node => [node.id, node])),
    targets,
    installed: {
      nodes: document.nodes.filter(node => node.type === 'installed'),
      edges: document.edges.filter(({ from, to }) => !position.has(from) || !position.has(to)),
    },
    counts: { done: 0, total: 0, running: 0, failed: 0 },
    size: { columns: 0, rows: 0 },
    style: { unicode: true, color: false },
  };
  const view = chooseView(input, middle, {
    nodes: mostAround,
    side: mostInSide,
    rings: 2,
    ring: 6,
    excluded: new Set(),
  });
  const order = view.nodes.map(({ id }) => id);
  const shown = new Set(order);
  const rest = middle.flatMap(id => {
    const at = position.get(id) ?? -1;
    const hidden = (list: readonly number[] | undefined) =>
      (list ?? []).filter(other => !shown.has(index.graph.nodes[other]?.id ?? '')).length;
    return [
      { id, side: 'left' as const, count: hidden(index.reducedDependencies[at]) },
      { id, side: 'right' as const, count: hidden(index.reducedDependents[at]) },
    ].filter(({ count }) => count > 0);
  });
  return sceneFrom(document, targets, order, focus, view.edges, rest);
}

function sceneFrom(
  document: GraphDocument,
  targets: ReadonlySet<string>,
  order: readonly string[],
  focus: string | undefined,
  edges: readonly Omit<SceneEdge, 'into'>[],
  rest: readonly SceneRest[],
): Scene {
  const nodes = new Map(document.nodes.map(node => [node.id, node]));
  const into = ({ right, against }: Omit<SceneEdge, 'into'>): SceneEdge['into'] => {
    const state = nodes.get(right)?.state ?? 'waiting';
    if (against) return undefined;
    if (state === 'failed') return 'failed';
    return running.has(state) ? 'running' : right === focus ? 'focus' : undefined;
  };
  return {
    nodes: order.flatMap(id => {
      const node = nodes.get(id);
      return node === undefined ? [] : { node, target: targets.has(id), focus: id === focus };
    }),
    edges: edges.map(edge => {
      const kind = into(edge);
      return kind === undefined ? edge : { ...edge, into: kind };
    }),
    rest,
  };
}
