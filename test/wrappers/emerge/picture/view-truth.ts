import { expect } from 'vitest';
import type { PictureInput } from '../../../../wrappers/emerge/picture/model.ts';
import type { View } from '../../../../wrappers/emerge/picture/shapes.ts';

/** The view holds edges of the list, and all of them that others don't imply; against the order those of its middle. */
export function expectTrueView(input: PictureInput, view: View, seed: number): void {
  const listed = new Set(input.index.graph.edges.map(edge => `${edge.from} ${edge.to}`));
  for (const edge of input.installed?.edges ?? []) listed.add(`${edge.from} ${edge.to}`);
  const implied = new Map<string, Set<string>>();
  for (const node of view.nodes) {
    const own = new Set<string>();
    for (const edge of view.edges) {
      if (edge.against || edge.right !== node.id) continue;
      for (const id of [edge.left, ...(implied.get(edge.left) ?? [])]) own.add(id);
    }
    implied.set(node.id, own);
  }
  for (const { left, right, against } of view.edges) {
    expect(listed.has(against ? `${left} ${right}` : `${right} ${left}`), `seed ${seed}`).toBe(true);
  }
  const shown = new Map(view.nodes.map(node => [node.id, node]));
  for (const { from, to, againstOrder } of input.index.graph.edges) {
    const ends = [shown.get(from), shown.get(to)];
    if (ends.includes(undefined) || (againstOrder && !ends.some(end => end?.focus))) continue;
    const drawn = againstOrder
      ? implied.get(to)?.has(from) ||
        view.edges.some(one => one.against && one.left === from && one.right === to)
      : implied.get(from)?.has(to);
    expect(drawn, `seed ${seed}: ${from} needs ${to}`).toBe(true);
  }
}
