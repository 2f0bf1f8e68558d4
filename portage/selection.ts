/** Which of the packages of a run an atom comes to mean: what Portage's _select_package answers, by what came of it. */
import type { Atom } from './atom.ts';
import { atomMatches } from './atom-match.ts';
import {
  higher,
  matching,
  type Parties,
  type Party,
  sameEnabled,
  sameUse,
  unlistedPosition,
} from './edge-packages.ts';

/** What of emerge's options has a say in it. */
export interface SelectionOptions {
  /** --update. */
  readonly update: boolean;
  /** --deep: how far below the arguments installed packages are looked at; `true`: all the way. */
  readonly deep: number | true;
  /** --emptytree. */
  readonly empty: boolean;
  /** Whether arguments that are installed stay (--update, --noreplace, --newuse, …). */
  readonly selective: boolean;
  /** Which changes of USE are reason enough to merge again. */
  readonly reinstall: 'newuse' | 'changed-use' | undefined;
}

/** How far the walk has come. */
export interface WalkState {
  readonly parties: Parties;
  readonly options: SelectionOptions;
  /** What is in the graph, with its distance from an argument. */
  readonly graph: Map<Party, number>;
  /** The same by place, in the order added: two are in conflict. */
  readonly places: Map<string, Party[]>;
  readonly isArgument: (party: Party) => boolean;
  /** What a package's choices avoid, since it could not be merged before it. */
  readonly circles: Map<Party, Set<Party>>;
  /** Told of each name that an alternative of a choice has. */
  readonly weighed: (root: string, cp: string) => void;
  /** From here on only what is in the graph or installed is selected. */
  complete: boolean;
}

export function isTooDeep({ options, complete }: WalkState, depth: number): boolean {
  if (depth === Number.POSITIVE_INFINITY) return true;
  return options.deep !== true && !complete && depth > options.deep;
}

/** Whether a dependency of `parent` may be brought up to date. */
export function wantsUpdate(state: WalkState, parent: Party, party: Party): boolean {
  const argument = state.isArgument(party);
  const depth = argument ? 0 : (state.graph.get(parent) ?? 0) + 1;
  return !state.complete && (argument || state.options.update) && !isTooDeep(state, depth);
}

/**
 * Undefined where nothing of the run matches. `parent` only for a dependency that is being followed; `unlisted` where
 * the answer may be an ebuild that in the end was not needed.
 */
export function selectParty(
  state: WalkState,
  root: string,
  atom: Atom,
  parent?: Party,
  unlisted = false,
): Party | undefined {
  const { parties, options } = state;
  const staying = parties.remaining(root, atom.cp);
  if (state.complete) return selectFromGraph(state, root, atom, matching(atom, staying));
  const leaving = parties.departing(root, atom.cp);
  const passedOver = unlisted ? parties.unlisted(root, atom.cp) : [];
  const [only] = staying;
  // most names have one package
  if (only && staying.length === 1 && leaving.length === 0 && passedOver.length === 0)
    return atomMatches(atom, only) ? only : undefined;
  const remaining = matching(atom, staying);
  const departing = matching(atom, leaving);
  const others = matching(atom, passedOver);
  const known = highestOf([...remaining, ...departing]);
  const highest =
    others.find(party => !known || higher(party, known) || isRemade(state, known, party)) ?? known;
  if (!highest || options.empty) return highest;
  const installed = highestOf([...remaining.filter(isInstalled), ...departing]);
  for (const party of installed && installed !== highest ? [highest, installed] : [highest]) {
    const there = highestOf(state.places.get(party.place) ?? []);
    if (!there || !atomMatches(atom, there)) continue;
    if (there.place === highest.place || !higher(highest, there)) return there;
  }
  if (!installed || installed === highest) return highest;
  if (!options.selective && state.isArgument(highest)) return highest;
  if (isTurned(state, installed, highest)) return highest;
  if (parent && !wantsUpdate(state, parent, installed)) return installed;
  return options.update && higher(highest, installed) ? highest : installed;
}

/** Whether USE has changed so that --newuse or --changed-use passes over the installed package. */
export function isTurned(
  { options: { reinstall } }: Pick<WalkState, 'options'>,
  old: Party,
  now: Party,
): boolean {
  if (reinstall === undefined || isInstalled(now)) return false;
  return reinstall === 'newuse' ? !sameUse(old, now) : !sameEnabled(old, now);
}

/** The same version as an installed one, with other USE. */
function isRemade(state: WalkState, known: Party, party: Party): boolean {
  return isInstalled(known) && !higher(known, party) && isTurned(state, known, party);
}

function selectFromGraph(
  { parties, graph }: WalkState,
  root: string,
  atom: Atom,
  remaining: readonly Party[],
): Party | undefined {
  const departing = matching(atom, parties.departing(root, atom.cp)).filter(party => graph.has(party));
  return (
    highestOf([...remaining.filter(party => graph.has(party)), ...departing]) ?? remaining.find(isInstalled)
  );
}

function highestOf(parties: readonly Party[]): Party | undefined {
  return parties.reduce<Party | undefined>(
    (best, party) => (best && !higher(party, best) ? best : party),
    undefined,
  );
}

export function isUnlisted({ position }: Party): boolean {
  return position === unlistedPosition;
}

export function isInstalled({ position }: Party): boolean {
  return position === -1;
}

/** The installed package that `parent` replaces and that the atom means. */
export function replacedChild(
  { parties }: WalkState,
  parent: Party,
  root: string,
  atom: Atom,
): Party | undefined {
  if (parent.root !== root || parent.cpv.cp !== atom.cp) return undefined;
  return matching(atom, parties.installed(root, atom.cp)).find(({ place }) => place === parent.place);
}

interface Wanted {
  readonly atom: Atom;
  /** The only package that will do. */
  readonly virtual?: Party;
}

function fits({ atom, virtual }: Wanted, party: Party): boolean {
  return virtual ? virtual === party : atomMatches(atom, party);
}

/** Several atoms for one package name may be met by fewer packages: as Portage's _minimize_children. */
export function minimise<N extends Wanted>(selected: ReadonlyMap<N, Party>): ReadonlyMap<N, Party> {
  if (!hasRivals(selected.values())) return selected;
  const byName = new Map<string, Map<Party, N[]>>();
  for (const [need, party] of selected) {
    const name = byName.get(party.cpv.cp) ?? new Map<Party, N[]>();
    byName.set(party.cpv.cp, name.set(party, [...(name.get(party) ?? []), need]));
  }
  const result = new Map<N, Party>();
  for (const users of byName.values()) {
    const needs = [...users.values()].flat();
    const kept = users.size < 2 ? new Set(users.keys()) : withoutRedundant([...users.keys()], needs);
    for (const need of needs) {
      const own = selected.get(need)!;
      const choices = [...kept].filter(party => party === own || fits(need, party));
      result.set(
        need,
        choices.reduce((best, party) => (higher(party, best) ? party : best)),
      );
    }
  }
  return result;
}

function hasRivals(parties: Iterable<Party>): boolean {
  const seen = new Map<string, Party>();
  for (const party of parties) {
    const other = seen.get(party.cpv.cp);
    if (other && other !== party) return true;
    seen.set(party.cpv.cp, party);
  }
  return false;
}

function withoutRedundant(parties: readonly Party[], needs: readonly Wanted[]): Set<Party> {
  const kept = new Set(parties);
  const ascending = [...parties].sort((a, b) => (higher(a, b) ? 1 : -1));
  for (const party of [...ascending.filter(isInstalled), ...ascending.filter(one => !isInstalled(one))]) {
    const users = needs.filter(need => fits(need, party));
    const alone = users.some(need => [...kept].filter(one => fits(need, one)).length < 2);
    if (!alone) kept.delete(party);
  }
  return kept;
}
