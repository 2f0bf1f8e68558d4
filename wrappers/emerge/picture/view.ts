/** The dozen packages worth showing, and what binds them. */
import type { GraphIndex, GraphNode } from '../../../portage/graph.ts';
import { type CriticalPath, criticalPath } from '../../../portage/graph-paths.ts';
import { stateOf, wasShown } from './focus.ts';
import type { PictureInput } from './model.ts';
import type { Limits, View, ViewEdge, ViewLimits, ViewNode } from './shapes.ts';

export interface Candidate {
  readonly id: string;
  readonly node: GraphNode;
  readonly rank: number;
  readonly installed: boolean;
  value: number;
}

const worth = {
  failed: 200,
  path: 20,
  open: 100,
  target: 50,
  shown: 45,
  shared: 15,
  installed: -50,
  ring: -100,
};
const fewest = 3;
const ringSize = 2;

export function chooseView(input: PictureInput, focus: readonly string[], limits: ViewLimits): View {
  const { index } = input;
  const middle = focus.map(id => index.position.get(id)).filter(at => at !== undefined);
  const before = candidates(input, middle, 'reducedDependencies', limits);
  const after = candidates(input, middle, 'reducedDependents', limits);
  addInstalled(input, focus, before, after, limits);
  const room = Math.max(0, limits.nodes - middle.length);
  const half = Math.ceil(room / 2);
  const beforeRoom = Math.min(limits.side, Math.max(half, room - after.size));
  const afterRoom = Math.min(limits.side, Math.max(room - half, room - beforeRoom, room - before.size));
  const left = pick(before, beforeRoom);
  const right = pick(after, Math.min(afterRoom, Math.max(0, room - Math.min(left.length, beforeRoom))));
  if (limits.rings > 1) {
    addRing(input, left, middle, 'reducedDependencies', Math.min(limits.side, room - right.length), limits);
    addRing(input, right, middle, 'reducedDependents', Math.min(limits.side, room - left.length), limits);
  }
  const nodes: ViewNode[] = middle.map(at => ({
    id: index.graph.nodes[at]?.id ?? '',
    node: index.graph.nodes[at] as GraphNode,
    focus: true,
    installed: false,
    rank: at,
    value: Number.POSITIVE_INFINITY,
  }));
  for (const one of [...left, ...right]) {
    if (!nodes.some(other => other.id === one.id)) nodes.push({ ...one, focus: false });
  }
  nodes.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const shown = new Set(nodes.map(node => node.id));
  const hidden = (side: ReadonlyMap<string, Candidate>) =>
    [...side.keys()].filter(id => !shown.has(id)).length;
  const excludedBefore = excludedCount(input, middle, 'reducedDependencies', limits);
  const excludedAfter = excludedCount(input, middle, 'reducedDependents', limits);
  return {
    nodes,
    edges: bind(input, nodes),
    moreBefore: hidden(before) + excludedBefore,
    moreAfter: hidden(after) + excludedAfter,
  };
}

type Side = 'reducedDependencies' | 'reducedDependents';

const paths = new WeakMap<GraphIndex, CriticalPath>();

/** How much of the longest chain to the end of the list begins here, from 0 to 1. Worked out once per list. */
function shareOfPath(index: GraphIndex, at: number): number {
  const path = paths.get(index) ?? criticalPath(index, () => 1);
  paths.set(index, path);
  return path.length === 0 ? 0 : (path.remaining[at] ?? 0) / path.length;
}

function worthOf(input: PictureInput, id: string): number {
  const state = stateOf(input, id);
  let value = 0;
  if (state === 'failed') value += worth.failed;
  else if (state !== 'done') value += worth.open;
  value += worth.path * shareOfPath(input.index, input.index.position.get(id) ?? -1);
  if (input.targets.has(id)) value += worth.target;
  if (wasShown(input, id)) value += worth.shown;
  return value;
}

/** The direct neighbours of the middle on one side, by id. */
export function candidates(
  input: PictureInput,
  middle: readonly number[],
  side: Side,
  limits: Limits,
): Map<string, Candidate> {
  const found = new Map<string, Candidate>();
  for (const at of middle) {
    for (const rank of input.index[side][at] ?? []) {
      const node = input.index.graph.nodes[rank];
      if (node === undefined || middle.includes(rank) || limits.excluded.has(node.id)) continue;
      const known = found.get(node.id);
      if (known !== undefined) known.value += worth.shared;
      else found.set(node.id, { id: node.id, node, rank, installed: false, value: worthOf(input, node.id) });
    }
  }
  return found;
}

function excludedCount(
  input: PictureInput,
  middle: readonly number[],
  side: Side,
  limits: ViewLimits,
): number {
  const ids = new Set<string>();
  for (const at of middle) {
    for (const other of input.index[side][at] ?? []) {
      const id = input.index.graph.nodes[other]?.id;
      if (id !== undefined && limits.excluded.has(id)) ids.add(id);
    }
  }
  return ids.size;
}

/** Where the list gives a package fewer than three neighbours on a side, installed ones stand in. */
export function addInstalled(
  input: PictureInput,
  focus: readonly string[],
  before: Map<string, Candidate>,
  after: Map<string, Candidate>,
  limits: Limits,
): void {
  const nodes = new Map(input.installed?.nodes.map(node => [node.id, node]));
  for (const id of focus) {
    const at = input.index.position.get(id);
    if (at === undefined) continue;
    let needs = fewest - (input.index.dependencies[at]?.length ?? 0);
    let holds = fewest - (input.index.dependents[at]?.length ?? 0);
    for (const edge of input.installed?.edges ?? []) {
      const down = edge.from === id;
      if (!down && edge.to !== id) continue;
      const other = down ? edge.to : edge.from;
      const node = nodes.get(other);
      if (node === undefined || input.index.position.has(other) || limits.excluded.has(other)) continue;
      const [side, facing] = down ? [before, after] : [after, before];
      if (side.has(other) || facing.has(other) || (down ? needs : holds) <= 0) continue;
      if (down) needs--;
      else holds--;
      const rank = down ? -1 : input.index.graph.nodes.length;
      const shown = wasShown(input, other) ? worth.shown : 0;
      side.set(other, { id: other, node, rank, installed: true, value: worth.installed + shown });
    }
  }
}

function pick(side: ReadonlyMap<string, Candidate>, room: number): Candidate[] {
  const sorted = [...side.values()].sort((a, b) => b.value - a.value || a.rank - b.rank);
  return sorted.slice(0, sorted.length > room ? Math.max(0, room - 1) : room);
}

function addRing(
  input: PictureInput,
  chosen: Candidate[],
  middle: readonly number[],
  side: Side,
  room: number,
  limits: ViewLimits,
): void {
  const known = new Set([...middle, ...chosen.map(one => one.rank)]);
  const ring = new Map<string, Candidate>();
  for (const one of chosen) {
    if (one.installed) continue;
    for (const rank of input.index[side][one.rank] ?? []) {
      const node = input.index.graph.nodes[rank];
      if (node === undefined || known.has(rank) || limits.excluded.has(node.id)) continue;
      const value = worth.ring + worthOf(input, node.id);
      ring.set(node.id, { id: node.id, node, rank, installed: false, value });
    }
  }
  const sorted = [...ring.values()].sort((a, b) => b.value - a.value || a.rank - b.rank);
  chosen.push(...sorted.slice(0, Math.max(0, Math.min(limits.ring ?? ringSize, room - chosen.length))));
}

/** Every dependency among the nodes, less what follows from others among them; against the order only those of the middle. */
export function bind(input: PictureInput, nodes: readonly ViewNode[]): ViewEdge[] {
  const at = new Map(nodes.map((node, place) => [node.id, place]));
  const needs: Set<number>[] = nodes.map(() => new Set());
  const against: [number, number][] = [];
  const add = (from: number | undefined, to: number | undefined) => {
    if (from === undefined || to === undefined) return;
    const ranks = [nodes[from]?.rank ?? 0, nodes[to]?.rank ?? 0] as const;
    if (ranks[1] < ranks[0]) needs[from]?.add(to);
    else if (ranks[1] > ranks[0]) against.push([from, to]);
  };
  nodes.forEach((node, place) => {
    if (node.installed) return;
    for (const list of [input.index.dependencies, input.index.against]) {
      for (const to of list[node.rank] ?? []) add(place, at.get(input.index.graph.nodes[to]?.id ?? ''));
    }
  });
  for (const edge of input.installed?.edges ?? []) {
    const [from, to] = [at.get(edge.from), at.get(edge.to)];
    const ends = [from, to].map(end => (end === undefined ? undefined : nodes[end]));
    if (ends.filter(end => end?.installed).length === 1) add(from, to);
  }
  const edges: ViewEdge[] = [];
  const reach: Set<number>[] = [];
  nodes.forEach((node, place) => {
    const own = new Set<number>();
    for (const to of [...(needs[place] ?? [])].sort((a, b) => b - a)) {
      if (!own.has(to)) edges.push({ left: nodes[to]?.id ?? '', right: node.id, against: false });
      own.add(to);
      for (const further of reach[to] ?? []) own.add(further);
    }
    reach.push(own);
  });
  for (const [from, to] of against) {
    // elsewhere than at the middle they only cloud the picture
    if (needs[to]?.has(from) || !(nodes[from]?.focus || nodes[to]?.focus)) continue;
    edges.push({ left: nodes[from]?.id ?? '', right: nodes[to]?.id ?? '', against: true });
  }
  return edges;
}
