/** What a view is chosen by; while it stays, so does the view, and nothing has to be weighed again. */
import type { NodeState } from '../../../portage/graph.ts';
import { isTimed } from './focus.ts';
import type { PictureInput } from './model.ts';
import type { Basis } from './shapes.ts';

/** States that a package doesn't leave any more. */
const last: Partial<Record<NodeState, number>> = { done: 0, failed: 1, dropped: 2 };

export function basisOf(input: PictureInput, focus: readonly string[]): Basis {
  const { index, targets, installed, nodes, size, style } = input;
  const settled = [0, 0, 0];
  for (const { state } of input.states.values()) {
    const at = last[state];
    if (at !== undefined) settled[at] = (settled[at] as number) + 1;
  }
  const { columns, rows } = size;
  return [
    index,
    targets,
    installed,
    nodes,
    columns,
    rows,
    style.unicode,
    isTimed(input),
    ...settled,
    ...focus,
  ];
}

export function isSameBasis(one: Basis, other: Basis): boolean {
  return one.length === other.length && one.every((value, at) => value === other[at]);
}
