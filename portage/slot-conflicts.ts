/**
 * An installed package was taken for good enough before something asked for what replaces it: Portage then lets the
 * installed one go and follows the dependencies of all concerned once more, now within its finished graph.
 */
import type { Atom } from './atom.ts';
import { higher, type Party } from './edge-packages.ts';
import { isInstalled, type WalkState } from './selection.ts';

/** The graph so far, and who wants what in it. */
export interface Wishes {
  readonly state: WalkState;
  /** For each package in the graph who wants it, by which atom; for each what it wants. */
  readonly wanted: Map<Party, Set<{ readonly parent: Party; readonly atom: Atom }>>;
  readonly wants: Map<Party, Set<Party>>;
}

export function lowestOf(parties: readonly Party[]): Party | undefined {
  return parties.reduce<Party | undefined>(
    (lowest, party) => (lowest && !higher(lowest, party) ? lowest : party),
    undefined,
  );
}

export function conflictsOf({ state }: Wishes): (readonly Party[])[] {
  return [...state.places.values()].filter(parties => parties.length > 1);
}

/** Takes what is replaced out of the graph; the packages to follow again. */
export function settleConflicts(walk: Wishes): Party[] {
  const conflicts = conflictsOf(walk);
  if (conflicts.length === 0) return [];
  const { state, wanted } = walk;
  const involved = new Set(conflicts.flat());
  const kept = [...involved].filter(party => !isInstalled(party));
  const again = new Set([...kept, ...indirect(walk, involved, kept)]);
  for (const party of involved) {
    if (!isInstalled(party)) continue;
    for (const { parent } of wanted.get(party) ?? []) again.add(parent);
    remove(walk, party);
  }
  return [...again].filter(party => state.graph.has(party));
}

/** What only the packages in conflict want, as far as a kept one leads to it. */
function indirect({ wanted, wants }: Wishes, involved: ReadonlySet<Party>, kept: readonly Party[]): Party[] {
  const found = new Set<Party>();
  const candidates = [...involved].flatMap(party => [...(wants.get(party) ?? [])]);
  for (let party = candidates.pop(); party; party = candidates.pop()) {
    if (involved.has(party) || found.has(party)) continue;
    const parents = [...(wanted.get(party) ?? [])];
    if (!parents.every(({ parent }) => involved.has(parent) || found.has(parent))) continue;
    found.add(party);
    candidates.push(...(wants.get(party) ?? []));
  }
  const reached = new Set<Party>();
  const stack = [...kept];
  for (let party = stack.pop(); party; party = stack.pop()) {
    for (const child of wants.get(party) ?? []) {
      if (!found.has(child) || reached.has(child)) continue;
      reached.add(child);
      stack.push(child);
    }
  }
  return [...reached];
}

/** With what nothing else wants. */
function remove(walk: Wishes, party: Party): void {
  const { state, wanted, wants } = walk;
  state.graph.delete(party);
  const there = (state.places.get(party.place) ?? []).filter(other => other !== party);
  if (there.length > 0) state.places.set(party.place, there);
  else state.places.delete(party.place);
  wanted.delete(party);
  const children = [...(wants.get(party) ?? [])];
  wants.delete(party);
  for (const child of children) {
    const parents = wanted.get(child);
    for (const one of parents ?? []) if (one.parent === party) parents?.delete(one);
    if (parents?.size === 0 && isInstalled(child) && !state.isArgument(child)) remove(walk, child);
  }
}
