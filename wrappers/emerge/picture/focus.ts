/** Which packages the picture is about. */
import type { NodeState } from '../../../portage/graph.ts';
import type { PictureInput } from './model.ts';

const runningStates: ReadonlySet<NodeState> = new Set<NodeState>(['building', 'built', 'merging']);

export function stateOf(input: PictureInput, id: string): NodeState {
  return input.states.get(id)?.state ?? 'waiting';
}

export function isRunning(input: PictureInput, id: string): boolean {
  return runningStates.has(stateOf(input, id));
}

/** Whether it stood in the frame before. */
export function wasShown(input: PictureInput, id: string): boolean {
  const before = input.previous?.layout ?? input.previous?.list;
  return before?.rows.has(id) === true;
}

/**
 * The running packages in merge order. Between two packages: those of the frame before, so that nothing jumps;
 * at the start the first that waits, at the end the last of the list.
 */
export function focusOf(input: PictureInput): string[] {
  const { position } = input.index;
  const { nodes } = input.index.graph;
  const known = (id: string) => position.has(id);
  const wished = input.focus?.filter(known) ?? [];
  if (wished.length > 0) return wished;
  const running: string[] = [];
  // most are done, late in a long list
  for (const [id, { state }] of input.states)
    if (state !== 'done' && runningStates.has(state) && known(id)) running.push(id);
  running.sort((a, b) => (position.get(a) ?? 0) - (position.get(b) ?? 0));
  // what is built and waits for its turn to merge is only shown while nothing else goes on
  const busy = running.filter(id => stateOf(input, id) !== 'built');
  if (running.length > 0) return busy.length > 0 ? busy : running;
  const before = input.previous?.focus.filter(known) ?? [];
  if (before.length > 0) return before;
  const first = nodes.find(node => stateOf(input, node.id) === 'waiting') ?? nodes.at(-1);
  return first === undefined ? [] : [first.id];
}

/** Room for phases and times is kept between two packages too, but not for packages that someone merely asks about. */
export function isTimed(input: PictureInput): boolean {
  return input.focus === undefined || input.focus.some(id => isRunning(input, id));
}
