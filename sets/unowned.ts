/** Packages of world that no set holds. */
import type { Atom } from '../portage/atom.ts';
import { parseAtom } from '../portage/atom.ts';

export interface Unowned {
  /** As it stands in world. */
  readonly atom: string;
  readonly installed: readonly string[];
  /** Sets that hold it, none of them selected. */
  readonly inUnselected: readonly string[];
}

export interface HoldingSet {
  readonly name: string;
  readonly selected: boolean;
  /** Its members and those of the sets that it names. */
  readonly atoms: readonly Atom[];
}

/** `world` as written; `match` answers with installed cpvs. Members are compared by what they name, not by their text. */
export function unownedPackages(
  world: readonly string[],
  sets: readonly HoldingSet[],
  match: (atom: Atom) => readonly string[],
): Unowned[] {
  const byCp = new Map<string, { set: HoldingSet; atom: Atom }[]>();
  for (const set of sets)
    for (const atom of set.atoms) byCp.set(atom.cp, [...(byCp.get(atom.cp) ?? []), { set, atom }]);
  return world.flatMap(text => {
    const atom = parseAtom(text, { allowRepo: true });
    if (atom === undefined) return [];
    const installed = match(atom);
    const holding = (byCp.get(atom.cp) ?? []).filter(({ atom: member }) => {
      const held = new Set(match(member));
      return installed.length === 0 ? sameSlots(atom, member) : installed.every(cpv => held.has(cpv));
    });
    if (holding.some(({ set }) => set.selected)) return [];
    return { atom: text, installed, inUnselected: [...new Set(holding.map(({ set }) => set.name))] };
  });
}

function sameSlots(a: Atom, b: Atom): boolean {
  return a.slot === undefined || b.slot === undefined || a.slot === b.slot;
}
