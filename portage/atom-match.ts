/** Which packages an atom names (PMS 8.3): Portage's match_from_list. */
import type { Atom } from './atom.ts';
import type { Cpv } from './cpv.ts';
import { hasRequiredFlags, useMatches } from './use.ts';
import { compareVersions, type Version } from './version.ts';

export interface Candidate {
  readonly cpv: Cpv;
  readonly slot: string;
  /** By default that of a package without one: its slot. */
  readonly subslot?: string | undefined;
  /** Undefined where it is not known: such a candidate is in any repository. */
  readonly repo?: string | undefined;
  readonly buildId?: string | undefined;
  /** The flags that it has, the profile's implicit ones too, without + and -; undefined: do not look at USE dependencies. */
  readonly iuse?: ReadonlySet<string> | undefined;
  /** The flags that are on. */
  readonly use?: ReadonlySet<string> | undefined;
}

const nothing: ReadonlySet<string> = new Set();

/** A blocker matches what it blocks; USE conditionals must have been evaluated, those left over are passed over. */
export function atomMatches(atom: Atom, candidate: Candidate): boolean {
  return (
    nameMatches(atom, candidate) &&
    slotMatches(atom, candidate) &&
    (atom.repo === undefined || candidate.repo === undefined || candidate.repo === atom.repo) &&
    flagsMatch(atom, candidate)
  );
}

function nameMatches(atom: Atom, { cpv, buildId }: Candidate): boolean {
  if (atom.extended) {
    if (!wildcardMatches(atom.cp, cpv.cp)) return false;
    return atom.versionGlob === undefined || cpv.version.text.includes(atom.versionGlob.slice(1, -1));
  }
  if (atom.cp !== cpv.cp) return false;
  if (!atom.version) return true;
  if (!versionMatches(atom, atom.version, cpv.version)) return false;
  return atom.buildId === undefined || atom.operator !== '=' || atom.buildId === buildId;
}

function versionMatches(atom: Atom, wanted: Version, version: Version): boolean {
  switch (atom.operator) {
    case '=':
      return compareVersions(version, wanted) === 0;
    case '=*':
      return prefixMatches(wanted, version);
    case '~':
      return version.base === wanted.base;
    case '<':
      return compareVersions(version, wanted) < 0;
    case '<=':
      return compareVersions(version, wanted) <= 0;
    case '>=':
      return compareVersions(version, wanted) >= 0;
    case '>':
      return compareVersions(version, wanted) > 0;
    case undefined:
      return true;
  }
}

/** Compares as text but for leading zeros, and ends between two parts: 1* is not 10. */
function prefixMatches(wanted: Version, version: Version): boolean {
  const prefix = comparable(wanted);
  const text = comparable(version);
  if (!text.startsWith(prefix)) return false;
  const next = text[prefix.length];
  return next === undefined || '._-'.includes(next) || isDigit(prefix.at(-1)!) !== isDigit(next);
}

function comparable({ text }: Version): string {
  return text.replace(/^0+(?=\d)/, '');
}

function isDigit(character: string): boolean {
  return character >= '0' && character <= '9';
}

/** A star stands for any characters but the slash. */
export function wildcardMatches(pattern: string, cp: string): boolean {
  const slash = pattern.indexOf('/');
  const end = cp.indexOf('/');
  return (
    starsMatch(pattern.slice(0, slash), cp.slice(0, end)) &&
    starsMatch(pattern.slice(slash + 1), cp.slice(end + 1))
  );
}

function starsMatch(pattern: string, text: string): boolean {
  const [first, ...rest] = pattern.split('*') as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) return pattern === text;
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length)
    return false;
  let position = first.length;
  const end = text.length - last.length;
  for (const part of rest) {
    const found = text.indexOf(part, position);
    if (found === -1 || found + part.length > end) return false;
    position = found + part.length;
  }
  return true;
}

function slotMatches(atom: Atom, candidate: Candidate): boolean {
  // a candidate may have to read a file to tell its slot
  if (atom.slot === undefined) return true;
  const { slot, subslot } = candidate;
  return atom.slot === slot && (atom.subslot === undefined || atom.subslot === (subslot ?? slot));
}

function flagsMatch(atom: Atom, candidate: Candidate): boolean {
  // a blocker forgets what it was evaluated from
  const named = atom.blocker === '' ? (atom.unevaluated ?? atom).use : atom.use;
  if (!named) return true;
  const { iuse, use } = candidate;
  if (!iuse) return true;
  if (!hasRequiredFlags(named, iuse)) return false;
  return !atom.use || useMatches(atom.use, iuse, use ?? nothing);
}
