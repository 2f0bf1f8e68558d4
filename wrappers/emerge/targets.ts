/** Which listed packages were asked for. Pure. */
import { parseAtom } from '../../portage/atom.ts';
import { atomMatches } from '../../portage/atom-match.ts';
import { parseCpv } from '../../portage/cpv.ts';
import type { GraphNode } from '../../portage/graph.ts';

/** `words` are atoms; a node of unknown slot is matched by its name alone. */
export function targetIds(nodes: readonly GraphNode[], words: readonly string[]): Set<string> {
  const atoms = words.flatMap(word => parseAtom(word, { allowRepo: true }) ?? []);
  const found = new Set<string>();
  for (const { id, cpv, slot, repo } of nodes) {
    const parsed = parseCpv(cpv);
    if (parsed === undefined) continue;
    const candidate = { cpv: parsed, slot: slot ?? '', repo };
    if (atoms.some(atom => (slot === undefined ? atom.cp === parsed.cp : atomMatches(atom, candidate))))
      found.add(id);
  }
  return found;
}
