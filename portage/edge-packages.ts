/** The packages that a merge is about: what is in its list, and what is installed and stays or goes. */
import type { Atom } from './atom.ts';
import { atomMatches, type Candidate } from './atom-match.ts';
import { type Cpv, parseCpv } from './cpv.ts';
import { compareVersions } from './version.ts';

/** The dependency classes as their variables hold them; what is left out is empty. */
export interface DependencyStrings {
  readonly depend?: string;
  readonly bdepend?: string;
  readonly rdepend?: string;
  readonly pdepend?: string;
  readonly idepend?: string;
}

export interface InstalledPackage extends DependencyStrings {
  readonly cpv: string;
  /** Default `/`. */
  readonly root?: string;
  readonly slot: string;
  /** Default: the slot. */
  readonly subslot?: string | undefined;
  readonly repo?: string | undefined;
  readonly eapi?: string | undefined;
  /** The flags that are on. */
  readonly use: ReadonlySet<string>;
  /** The flags that it has, without + and -. */
  readonly iuse: ReadonlySet<string>;
}

export interface ListedPackage extends InstalledPackage {
  /** The cpv, preceded by `ROOT:` only for a root other than `/`. */
  readonly id: string;
  readonly root: string;
  readonly type: 'ebuild' | 'binary' | 'uninstall';
}

/** A package of the run, made ready to be matched. `position` is its place in the list, -1 for an installed one, infinite for an unlisted. */
export interface Party extends Candidate {
  readonly position: number;
  readonly given: InstalledPackage;
  readonly root: string;
  readonly built: boolean;
  /** Root, cp and slot: two packages with the same one replace each other. */
  readonly place: string;
}

export interface Parties {
  /** Those to be merged, in order of the list; undefined where an entry is an uninstall or not readable. */
  readonly listed: readonly (Party | undefined)[];
  /** What will be there after the merge, highest version first: at most one of a place. */
  readonly remaining: (root: string, cp: string) => readonly Party[];
  /** What is installed and makes room for the same or a higher version in its slot. */
  readonly departing: (root: string, cp: string) => readonly Party[];
  /** Ebuilds that are neither and could have been taken, highest version first. */
  readonly unlisted: (root: string, cp: string) => readonly Party[];
  /** What is there before it, highest version first. */
  readonly installed: (root: string, cp: string) => readonly Party[];
}

const none: readonly Party[] = [];
/** Behind all that is merged. */
export const unlistedPosition = Number.POSITIVE_INFINITY;

export function gatherParties(
  listed: readonly ListedPackage[],
  installed: readonly InstalledPackage[],
  implicitIuse: ReadonlySet<string>,
  ignoreInstalled: boolean,
  visible: readonly InstalledPackage[] = [],
): Parties {
  const unlisted = new Map<string, Party[]>();
  const remaining = new Map<string, Party[]>();
  const before = new Map<string, Party[]>();
  const departing = new Map<string, Party[]>();
  const taken = new Map<string, Party>();
  const gone = new Set<string>();
  const order = listed.map((given, position) => {
    if (given.type === 'uninstall') {
      gone.add(`${given.root}\n${given.cpv}`);
      return undefined;
    }
    const party = makeParty(given, position, given.type === 'binary', implicitIuse);
    if (!party) return undefined;
    taken.set(party.place, party);
    gone.add(`${party.root}\n${given.cpv}`);
    append(remaining, party);
    return party;
  });
  for (const given of installed) {
    const party = makeParty(given, -1, true, implicitIuse);
    if (!party) continue;
    append(before, party);
    if (ignoreInstalled) continue;
    const successor = taken.get(party.place);
    if (successor && !higher(party, successor)) append(departing, party);
    else if (!successor && !gone.has(`${party.root}\n${given.cpv}`)) append(remaining, party);
  }
  for (const given of visible) {
    const party = makeParty(given, unlistedPosition, false, implicitIuse);
    if (party) append(unlisted, party);
  }
  for (const parties of [...remaining.values(), ...before.values(), ...unlisted.values()])
    parties.sort(descending);
  return {
    listed: order,
    remaining: (root, cp) => remaining.get(`${root}\n${cp}`) ?? none,
    departing: (root, cp) => departing.get(`${root}\n${cp}`) ?? none,
    unlisted: (root, cp) => unlisted.get(`${root}\n${cp}`) ?? none,
    installed: (root, cp) => before.get(`${root}\n${cp}`) ?? none,
  };
}

function makeParty(
  given: InstalledPackage,
  position: number,
  built: boolean,
  implicit: ReadonlySet<string>,
): Party | undefined {
  const cpv = parseCpv(given.cpv);
  if (!cpv) return undefined;
  const root = given.root ?? '/';
  return {
    position,
    given,
    root,
    built,
    cpv,
    slot: given.slot,
    subslot: given.subslot,
    repo: given.repo,
    use: given.use,
    place: placeOf(root, cpv, given.slot),
    iuse: implicit.size === 0 ? given.iuse : withImplicit(given.iuse, implicit),
  };
}

/** Both sets in one, for asking only: a copy for each package would cost more than all the rest. */
function withImplicit(own: ReadonlySet<string>, implicit: ReadonlySet<string>): ReadonlySet<string> {
  const has = (flag: string) => own.has(flag) || implicit.has(flag);
  return { has } as ReadonlySet<string>;
}

function placeOf(root: string, cpv: Cpv, slot: string): string {
  return `${root}\n${cpv.cp}:${slot}`;
}

function append(map: Map<string, Party[]>, party: Party): void {
  const key = `${party.root}\n${party.cpv.cp}`;
  const list = map.get(key);
  if (list) list.push(party);
  else map.set(key, [party]);
}

function descending(a: Party, b: Party): number {
  return compareVersions(b.cpv.version, a.cpv.version);
}

export function matching(atom: Atom, parties: readonly Party[]): Party[] {
  return parties.filter(party => atomMatches(atom, party));
}

export function higher(a: Party, b: Party): boolean {
  return compareVersions(a.cpv.version, b.cpv.version) > 0;
}

/** Whether both have the same flags, and the same ones on: what --newuse asks. */
export function sameUse(old: Party, now: Party): boolean {
  return sameFlags(old.given.iuse, now.given.iuse) && sameEnabled(old, now);
}

/** Whether both have the same flags on: what --changed-use asks. */
export function sameEnabled(old: Party, now: Party): boolean {
  return sameFlags(enabled(old), enabled(now));
}

function enabled({ given: { iuse, use } }: Party): Set<string> {
  return new Set([...iuse].filter(flag => use.has(flag)));
}

function sameFlags(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every(flag => b.has(flag));
}
