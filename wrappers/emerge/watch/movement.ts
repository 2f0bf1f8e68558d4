/** Where an arrow leads in the graph: to what a package needs, to what needs it, and among those beside it. Pure. */
import type { GraphIndex } from '../../../portage/graph.ts';
import type { Frame } from '../picture/model.ts';

export type Direction = 'left' | 'right' | 'up' | 'down';

export interface Focus {
  readonly id: string;
  /** From top to bottom, the package itself among them; `up` and `down` go along them. */
  readonly beside: readonly string[];
  /** Where the focus came from, so that the way back leads there. */
  readonly from?: string;
}

export interface Seen {
  readonly index: GraphIndex;
  readonly frame: Frame;
}

/** The focus after an arrow; the same one where no way leads. Without one, what stands in the middle is left from. */
export function move(seen: Seen, focus: Focus | undefined, direction: Direction): Focus | undefined {
  const now = focus ?? middleOf(seen);
  if (now === undefined) return undefined;
  if (direction === 'up' || direction === 'down') {
    const beside = now.beside.length > 1 ? now.beside : columnOf(seen, now.id);
    const at = beside.indexOf(now.id) + (direction === 'up' ? -1 : 1);
    const id = beside[at];
    return id === undefined ? now : { ...now, id, beside };
  }
  const beside = neighbours(seen, now.id, direction);
  if (beside.length === 0) return now;
  const id = beside.includes(now.from ?? '') ? now.from : nearest(seen, now.id, beside);
  return id === undefined ? now : { id, beside, from: now.id };
}

/** The next package of the list, or the one before. */
export function step(seen: Seen, focus: Focus | undefined, by: 1 | -1): Focus | undefined {
  const now = focus ?? middleOf(seen);
  const { nodes } = seen.index.graph;
  const next = nodes[(seen.index.position.get(now?.id ?? '') ?? -1) + by];
  return next === undefined ? now : { id: next.id, beside: [next.id] };
}

/** The running packages one after the other. */
export function nextRunning(focus: Focus | undefined, running: readonly string[]): Focus | undefined {
  const id = running[(running.indexOf(focus?.id ?? '') + 1) % Math.max(1, running.length)];
  return id === undefined ? focus : { id, beside: running };
}

function middleOf({ frame }: Seen): Focus | undefined {
  const rows = frame.layout?.rows;
  const ids = [...frame.focus].sort((a, b) => (rows?.get(a) ?? 0) - (rows?.get(b) ?? 0));
  const [id] = ids;
  return id === undefined ? undefined : { id, beside: ids };
}

/** Direct neighbours: those in the picture from top to bottom, then the others in merge order. */
function neighbours({ index, frame }: Seen, id: string, direction: 'left' | 'right'): string[] {
  const at = index.position.get(id);
  if (at === undefined) return [];
  const reduced = direction === 'left' ? index.reducedDependencies[at] : index.reducedDependents[at];
  const ids = (reduced ?? []).map(place => index.graph.nodes[place]?.id ?? '');
  // what is needed later than its dependent stands to the right, and leads there
  if (direction === 'right')
    for (const place of index.against[at] ?? []) ids.push(index.graph.nodes[place]?.id ?? '');
  const rows = frame.layout?.rows;
  const rowOf = (other: string) => rows?.get(other) ?? Number.POSITIVE_INFINITY;
  const place = (other: string) => index.position.get(other) ?? 0;
  return [...new Set(ids)].sort((a, b) =>
    rowOf(a) === rowOf(b) ? place(a) - place(b) : rowOf(a) - rowOf(b),
  );
}

/** The one whose row is nearest to that of `id`. */
function nearest({ frame }: Seen, id: string, ids: readonly string[]): string | undefined {
  const rows = frame.layout?.rows;
  const own = rows?.get(id) ?? 0;
  const distance = (other: string) => Math.abs((rows?.get(other) ?? Number.POSITIVE_INFINITY) - own);
  return [...ids].sort((a, b) => (distance(a) === distance(b) ? 0 : distance(a) - distance(b)))[0];
}

/** Packages of the list that stand in the same column of the picture. */
function columnOf({ index, frame }: Seen, id: string): string[] {
  const items = frame.layout?.layers.items ?? [];
  const own = items.find(item => item.key === id);
  const rows = frame.layout?.rows;
  return items
    .filter(item => item.kind === 'node' && item.column === own?.column && index.position.has(item.key))
    .map(item => item.key)
    .sort((a, b) => (rows?.get(a) ?? 0) - (rows?.get(b) ?? 0));
}
