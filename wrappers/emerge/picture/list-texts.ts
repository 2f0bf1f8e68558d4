/** What a list says beside its rows: how much waits for a package, and which running ones have no row. */
import { stateOf } from './focus.ts';
import type { PictureInput } from './model.ts';
import { namesOf } from './names.ts';
import type { ListLayout } from './shapes.ts';

/** By position: 1 where a package waits. Asked once per frame. */
export function waitingFlags(input: PictureInput): Uint8Array {
  const { nodes } = input.index.graph;
  return Uint8Array.from(nodes, node => (stateOf(input, node.id) === 'waiting' ? 1 : 0));
}

/** `holds 12: cmake git +3`, all that waits for it, and by name what does so directly and has no row; as far as there is room. */
export function waitingText(
  input: PictureInput,
  list: ListLayout,
  id: string,
  waiting: Uint8Array,
  width: number,
): string {
  const { index } = input;
  const at = index.position.get(id) ?? -1;
  const count = countWaiting(index.reducedDependents, at, waiting);
  const head = `holds ${count}`;
  if (count === 0 || head.length > width) return '';
  const direct = (index.reducedDependents[at] ?? [])
    .flatMap(other => (waiting[other] ? (index.graph.nodes[other] ?? []) : []))
    .filter(node => !list.rows.has(node.id));
  return listing(`${head}:`, [...namesOf(direct, false).values()], width) ?? head;
}

function countWaiting(
  dependents: readonly (readonly number[])[],
  start: number,
  waiting: Uint8Array,
): number {
  const seen = new Uint8Array(dependents.length);
  const open = [start];
  let count = 0;
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const other of dependents[at] ?? []) {
      if (seen[other]) continue;
      seen[other] = 1;
      count += waiting[other] ?? 0;
      open.push(other);
    }
  }
  return count;
}

/** `+3 more: brotli zstd +1` */
export function unseenText(input: PictureInput, list: ListLayout, width: number): string {
  const { index } = input;
  const nodes = list.unseen.flatMap(id => index.graph.nodes[index.position.get(id) ?? -1] ?? []);
  const head = `+${nodes.length} more`;
  return listing(`${head}:`, [...namesOf(nodes, false).values()], width) ?? head;
}

/** `head a b +2`; undefined where not even one name has room. */
function listing(head: string, names: readonly string[], width: number): string | undefined {
  for (let count = names.length; count > 0; count--) {
    const rest = names.length - count;
    const text = [head, ...names.slice(0, count), ...(rest > 0 ? [`+${rest}`] : [])].join(' ');
    if (text.length <= width) return text;
  }
  return undefined;
}
