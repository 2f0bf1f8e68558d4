/** Which alternative of a `||` is taken: the preferences of Portage's dep_zapdeps, over the packages of the run. */
import type { Atom } from './atom.ts';
import { atomMatches } from './atom-match.ts';
import { higher, matching, type Party } from './edge-packages.ts';
import type { DependencyKind } from './graph.ts';
import { entry } from './grouped.ts';
import { type Choice, isChoice, type Need, type Terms } from './needs.ts';
import { isUnlisted, replacedChild, selectParty, type WalkState, wantsUpdate } from './selection.ts';
import { compareVersions } from './version.ts';

export interface ChoiceContext {
  readonly state: WalkState;
  readonly parent: Party;
  readonly root: string;
  readonly kind: DependencyKind;
  /** package.provided. */
  readonly isProvided: (atom: Atom) => boolean;
  /** Ebuilds that are not in the list are no longer thought of. */
  readonly listedOnly?: boolean;
  /** Prefer alternatives that bring fewer new slots to the order written. */
  readonly minimiseSlots: boolean;
}

interface Option {
  readonly needs: readonly Need[];
  /** Highest chosen package of each name. */
  readonly versions: ReadonlyMap<string, Party>;
  readonly available: boolean;
  readonly allInGraph: boolean;
  readonly allSlotsInstalled: boolean;
  readonly newSlots: number;
  readonly wantsUpdate: boolean;
  readonly bin: number;
}

/** The order in which Portage looks through them. */
const bins = {
  preferred: 0,
  new: 1,
  otherUseInGraph: 2,
  otherUseInstalled: 3,
  otherUseNew: 4,
  unavailableInstalled: 5,
  unavailablePartly: 6,
  unavailableOtherSlot: 7,
  other: 8,
} as const;

/** The needs that are left when each choice has been made; what package.provided holds is dropped. */
export function chooseNeeds(terms: Terms, context: ChoiceContext): Need[] {
  const result: Need[] = [];
  for (const term of terms) {
    if (!isChoice(term)) {
      if (!context.isProvided(term.atom)) result.push(term);
    } else if (!isMet([term], context)) result.push(...choose(term, context));
  }
  return result;
}

function isMet(terms: Terms, context: ChoiceContext): boolean {
  return terms.every(term =>
    isChoice(term)
      ? term.alternatives.some(alternative => isMet(alternative, context))
      : term.atom.blocker === '' && context.isProvided(term.atom),
  );
}

/** Portage resolves again without what would be a circle; the order of the list tells what it found to be one. */
function choose(choice: Choice, context: ChoiceContext): readonly Need[] {
  const avoided = entry(context.state.circles, context.parent, () => new Set<Party>());
  for (;;) {
    const needs = prefer(choice, context);
    const late = neededTooLate(needs, context).filter(party => !avoided.has(party));
    if (late.length === 0) return needs;
    for (const party of late) avoided.add(party);
  }
}

/** What has to be there before the parent is built, and is not merged before it. */
function neededTooLate(needs: readonly Need[], context: ChoiceContext): Party[] {
  const { state, root, parent, kind } = context;
  if (parent.built || (kind !== 'depend' && kind !== 'bdepend')) return [];
  return needs.flatMap(need => {
    if (need.owner !== parent || matching(need.atom, state.parties.installed(root, need.atom.cp)).length > 0)
      return [];
    const party = pick(need, need.atom, context);
    return party && !isUnlisted(party) && party.position >= parent.position ? [party] : [];
  });
}

function prefer({ alternatives }: Choice, context: ChoiceContext): readonly Need[] {
  const options = alternatives.map(alternative => judge(chooseNeeds(alternative, context), context));
  const available = options.filter(option => option.available);
  if (available.length > 1) for (const option of available) weigh(option, context);
  for (const availableOnly of [true, false]) {
    for (let bin = 0; bin <= bins.other; bin++) {
      const ordered = promote(
        options.filter(option => option.bin === bin),
        context.minimiseSlots,
      );
      const found = ordered.find(option => option.available || !availableOnly);
      if (!found) continue;
      // what would have to be merged would be in the list, so the resolver had ruled it out
      return demandsUnlisted(found, context)
        ? prefer({ alternatives }, { ...context, listedOnly: true })
        : found.needs;
    }
  }
  return [];
}

function weigh({ needs }: Option, { state, root }: ChoiceContext): void {
  for (const { atom, virtual } of needs) if (atom.blocker === '' && !virtual) state.weighed(root, atom.cp);
}

function demandsUnlisted({ needs }: Option, context: ChoiceContext): boolean {
  const { state, root } = context;
  return needs.some(need => {
    const party = need.atom.blocker === '' ? pick(need, need.atom, context) : undefined;
    if (!party || !isUnlisted(party)) return false;
    return matching(need.atom, state.parties.installed(root, need.atom.cp)).length === 0;
  });
}

function judge(needs: readonly Need[], context: ChoiceContext): Option {
  const { state, root, parent } = context;
  const wanted = needs.filter(({ atom }) => atom.blocker === '');
  const slots = new Map<string, Party>();
  const slotAtoms = new Map<string, Atom[]>();
  const versions = new Map<string, Party>();
  let available = true;
  let useMet = true;
  for (const need of wanted) {
    const { atom } = need;
    const plain = withoutUse(atom);
    let party = pick(need, plain, context) ?? replacedChild(state, parent, root, atom);
    if (!party) {
      available = false;
      useMet = false;
      break;
    }
    if (atom.use || atom.unevaluated?.use) {
      const exact = pick(need, atom, context);
      if (exact) party = exact;
      else useMet = false;
    }
    slots.set(party.place, party);
    const atoms = [...(slotAtoms.get(party.place) ?? []), atom];
    slotAtoms.set(party.place, atoms);
    const best = versions.get(party.cpv.cp);
    if (best && best.slot === party.slot) {
      const current = atoms.every(one => atomMatches(one, party));
      const previous = atoms.every(one => atomMatches(one, best));
      if (previous && !current) continue;
      if (higher(party, best) || (current && !previous)) versions.set(party.cpv.cp, party);
    } else if (!best || higher(party, best)) versions.set(party.cpv.cp, party);
  }
  const parties = [...slots.values()];
  const real = parties.filter(({ cpv }) => cpv.category !== 'virtual');
  const rest = {
    needs,
    versions,
    available,
    newSlots: real.filter(party => !isPlaceTaken(state, party)).length,
    wantsUpdate: parties.some(party => wantsUpdate(state, parent, party)),
  };
  return available
    ? { ...rest, ...place(wanted, real, useMet, context) }
    : { ...rest, ...placeUnavailable(wanted, context) };
}

type Placing = Pick<Option, 'allInGraph' | 'allSlotsInstalled' | 'bin'>;

function place(
  wanted: readonly Need[],
  parties: readonly Party[],
  useMet: boolean,
  context: ChoiceContext,
): Placing {
  const { state, root } = context;
  const real = wanted.filter(({ atom }) => !atom.cp.startsWith('virtual/'));
  const allInstalled = real.every(({ atom }) => present(state, root, atom.cp).length > 0);
  const allSlotsInstalled =
    allInstalled &&
    parties.every(({ place: at, cpv }) => present(state, root, cpv.cp).some(party => party.place === at));
  const allInGraph = real.every(({ atom }) =>
    [...state.parties.remaining(root, atom.cp), ...state.parties.departing(root, atom.cp)].some(
      party => state.graph.has(party) && atomMatches(atom, party),
    ),
  );
  if (wanted.some(need => isCircular(need, context)))
    return { allInGraph, allSlotsInstalled, bin: bins.other };
  let bin: number = useMet ? bins.new : bins.otherUseNew;
  if (useMet && (allInGraph || allInstalled)) bin = bins.preferred;
  if (!useMet && allInGraph) bin = bins.otherUseInGraph;
  else if (!useMet && allSlotsInstalled) bin = bins.otherUseInstalled;
  return { allInGraph, allSlotsInstalled, bin };
}

function isCircular({ atom, owner }: Need, { state, root, parent }: ChoiceContext): boolean {
  const avoided = [...(state.circles.get(parent) ?? []), ...(state.circles.get(owner) ?? [])];
  if (!avoided.some(party => atomMatches(atom, party))) return false;
  return matching(atom, state.parties.installed(root, atom.cp)).length === 0;
}

function placeUnavailable(wanted: readonly Need[], { state, root }: ChoiceContext): Placing {
  const met = wanted.filter(({ atom }) => matching(atom, present(state, root, atom.cp)).length > 0);
  const all = met.length === wanted.length;
  let bin: number = bins.other;
  if (all) bin = bins.unavailableInstalled;
  else if (met.length > 0) bin = bins.unavailablePartly;
  else if (wanted.some(({ atom }) => present(state, root, atom.cp).length > 0))
    bin = bins.unavailableOtherSlot;
  return { allInGraph: false, allSlotsInstalled: all, bin };
}

function pick(need: Need, atom: Atom, { state, root, listedOnly }: ChoiceContext): Party | undefined {
  if (need.virtual) return atomMatches(atom, need.virtual) ? need.virtual : undefined;
  return selectParty(state, root, atom, undefined, !listedOnly);
}

/** What counts as installed; later what will be. */
function present(state: WalkState, root: string, cp: string): readonly Party[] {
  if (!state.complete) return state.parties.installed(root, cp);
  return state.parties.remaining(root, cp).filter(party => party.position === -1 || state.graph.has(party));
}

function isPlaceTaken(state: WalkState, { root, cpv, place: at }: Party): boolean {
  if (state.parties.installed(root, cpv.cp).some(party => party.place === at)) return true;
  return state.places.has(at);
}

/** Upgrades go before what stands left of them, and so does what is installed or in the graph. */
function promote(options: Option[], minimiseSlots: boolean): Option[] {
  const ordered = minimiseSlots ? options.toSorted((a, b) => a.newSlots - b.newSlots) : options;
  // as in Portage the list is walked while it changes, one copy of its tail decides who is looked at
  for (const one of ordered.slice(1)) {
    for (const other of ordered) {
      if (one === other) break;
      if (!goesBefore(one, other)) continue;
      ordered.splice(ordered.indexOf(one), 1);
      ordered.splice(ordered.indexOf(other), 0, one);
      break;
    }
  }
  return ordered;
}

function goesBefore(one: Option, other: Option): boolean {
  if (one.allSlotsInstalled && !other.allSlotsInstalled && !other.wantsUpdate) return true;
  let upgrade = false;
  let downgrade = false;
  for (const [cp, party] of one.versions) {
    const rival = other.versions.get(cp);
    const difference = rival ? compareVersions(party.cpv.version, rival.cpv.version) : 0;
    if (difference > 0) upgrade = true;
    if (difference < 0) downgrade = true;
  }
  if (upgrade && !downgrade) return true;
  return one.allInGraph && !other.allInGraph && !(downgrade && !upgrade);
}

export function withoutUse(atom: Atom): Atom {
  return atom.use || atom.unevaluated ? { ...atom, use: undefined, unevaluated: undefined } : atom;
}
