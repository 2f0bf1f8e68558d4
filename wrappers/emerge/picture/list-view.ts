/** Which packages a list shows: the running ones, then whatever is worth the rows that are left. */
import { isRunning, wasShown } from './focus.ts';
import type { PictureInput } from './model.ts';
import type { View, ViewNode } from './shapes.ts';
import { addInstalled, bind, type Candidate, candidates } from './view.ts';

const mostNodes = 12;
const mostRings = 2;
/** Any direct neighbour is worth more. */
const farther = 1000;

/** The longest-running packages, so many of them, in merge order. */
export function longestRunning(input: PictureInput, focus: readonly string[], most: number): string[] {
  if (focus.length <= most) return [...focus];
  const since = (id: string) => {
    const { elapsed } = input.states.get(id) ?? {};
    return elapsed ?? (wasShown(input, id) && isRunning(input, id) ? Number.MAX_VALUE : -1);
  };
  const longest = focus.map((id, at) => ({ id, at, since: since(id), shown: wasShown(input, id) }));
  longest.sort((a, b) => b.since - a.since || Number(b.shown) - Number(a.shown) || a.at - b.at);
  const kept = new Set(longest.slice(0, most).map(job => job.id));
  return focus.filter(id => kept.has(id));
}

/** What may stand in a list. */
export interface Choice {
  readonly jobs: readonly ViewNode[];
  /** Direct neighbours, the worthiest first. */
  readonly before: readonly Candidate[];
  readonly after: readonly Candidate[];
  /** How many of these have room. */
  readonly room: number;
}

export function listChoice(
  input: PictureInput,
  ids: readonly string[],
  rows: number,
  excluded: ReadonlySet<string>,
): Choice {
  const { index } = input;
  const middle = ids.map(id => index.position.get(id)).filter(at => at !== undefined);
  const before = candidates(input, middle, 'reducedDependencies', { excluded });
  const after = candidates(input, middle, 'reducedDependents', { excluded });
  addInstalled(input, ids, before, after, { excluded });
  for (const id of after.keys()) before.delete(id);
  const most = input.nodes ?? mostNodes;
  const jobs = middle.flatMap((rank): ViewNode[] => {
    const node = index.graph.nodes[rank];
    const value = Number.POSITIVE_INFINITY;
    return node === undefined ? [] : [{ id: node.id, node, focus: true, installed: false, rank, value }];
  });
  const room = Math.min(rows, Math.max(most, ids.length + Math.ceil(most / 2))) - ids.length;
  const known = new Set(middle);
  const choice = { jobs, before: byValue(before), after: byValue(after), room };
  for (let far = 0; far < mostRings; far++) {
    const free = room - choice.before.length - choice.after.length;
    choice.after.push(...nextRing(input, choice.after, known, excluded).slice(0, Math.max(0, free)));
  }
  return choice;
}

/** What waits for those that wait, where rows would stay empty. */
function nextRing(
  input: PictureInput,
  after: readonly Candidate[],
  known: Set<number>,
  excluded: ReadonlySet<string>,
): Candidate[] {
  const listed = after.filter(one => !one.installed).map(one => one.rank);
  for (const rank of listed) known.add(rank);
  const found = byValue(candidates(input, listed, 'reducedDependents', { excluded }));
  return found.filter(one => !known.has(one.rank)).map(one => ({ ...one, value: one.value - farther }));
}

/** What waits for the running packages goes before what they need, but leaves a third of the rows where there is both. */
export function bestList(input: PictureInput, choice: Choice): View {
  const { jobs, before, after, room } = choice;
  const kept = Math.min(before.length, Math.floor(room / 3));
  const right = after.slice(0, room - kept);
  const left = before.slice(0, room - right.length);
  const nodes: ViewNode[] = [...jobs];
  for (const one of [...left, ...right]) nodes.push({ ...one, focus: false });
  nodes.sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  return {
    nodes,
    edges: bind(input, nodes),
    moreBefore: before.length - left.length,
    moreAfter: after.length - right.length,
  };
}

function byValue(side: ReadonlyMap<string, Candidate>): Candidate[] {
  return [...side.values()].sort((a, b) => b.value - a.value || a.rank - b.rank);
}
