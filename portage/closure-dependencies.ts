/** What an ebuild needs of overlays, whatever its USE flags (PMS 8.2). */
import { type Atom, atomText } from './atom.ts';
import type { DependencyField } from './closure.ts';
import type { OverlayIndex } from './closure-index.ts';
import type { Supplier } from './closure-supply.ts';
import { type Dependency, type ParsedDependency, parseDependency } from './dependency.ts';
import type { CacheEntry } from './files/md5-cache.ts';

export interface Brought {
  readonly index: OverlayIndex;
  readonly cp: string;
  readonly field: DependencyField;
  readonly atom: string;
}

export interface Lack {
  readonly field: DependencyField;
  readonly atom: string;
  readonly note?: string;
}

export interface Needs {
  readonly brought: readonly Brought[];
  readonly missing: readonly Lack[];
  /** A field that cannot be read, and why. */
  readonly broken?: string;
  /** Ask again after the next step. */
  readonly open: boolean;
}

const fields = ['DEPEND', 'RDEPEND', 'BDEPEND', 'PDEPEND', 'IDEPEND'] as const;

interface Outcome {
  readonly brought: Omit<Brought, 'field'>[];
  readonly missing: Omit<Lack, 'field'>[];
  open: boolean;
}

/** What one list asks for: atoms of one package and slot, which one version should match together, or a group. */
type Unit = readonly Atom[] | Exclude<Dependency, { kind: 'atom' }>;

interface Asker {
  readonly index: OverlayIndex;
  readonly supply: Supplier;
}

/** The same text, which the versions of a package mostly share, gives the same atoms. */
export type DependencyReader = (text: string, eapi: string) => ParsedDependency;

export function newDependencyReader(): DependencyReader {
  const known = new Map<string, ParsedDependency>();
  return (text, eapi) => {
    const key = `${eapi} ${text}`;
    let parsed = known.get(key);
    if (!parsed) {
      parsed = parseDependency(text, 'depend', eapi);
      known.set(key, parsed);
    }
    return parsed;
  };
}

export function evaluateNeeds(
  entry: CacheEntry,
  index: OverlayIndex,
  supply: Supplier,
  read: DependencyReader,
): Needs {
  const eapi = entry.fields.get('EAPI') ?? '0';
  const needs = { brought: [] as Brought[], missing: [] as Lack[], open: false };
  const broken: string[] = [];
  for (const field of fields) {
    const text = entry.fields.get(field);
    if (text === undefined || text === '') continue;
    const parsed = read(text, eapi);
    if (!parsed.ok) {
      broken.push(`${field}: ${parsed.error}`);
      continue;
    }
    const outcome = evaluate(parsed.value, { index, supply });
    for (const one of outcome.brought) needs.brought.push({ ...one, field });
    for (const one of outcome.missing) needs.missing.push({ ...one, field });
    if (outcome.open) needs.open = true;
  }
  return broken.length > 0 ? { ...needs, broken: broken.join('; ') } : needs;
}

function evaluate(list: readonly Dependency[], asker: Asker): Outcome {
  const outcome: Outcome = { brought: [], missing: [], open: false };
  for (const unit of units(list)) {
    if (!('kind' in unit)) evaluateAtoms(unit, asker, outcome);
    else if (unit.kind === 'any') add(outcome, evaluateAny(unit.children, asker));
    else if ('children' in unit) add(outcome, evaluate(unit.children, asker));
  }
  return outcome;
}

function evaluateAtoms(atoms: readonly Atom[], asker: Asker, outcome: Outcome): void {
  const supply = asker.supply(asker.index, atoms);
  if (supply.kind === 'open') outcome.open = true;
  else if (supply.kind === 'overlay') {
    const { index, cp } = supply;
    outcome.brought.push({ index, cp, atom: atoms.map(atomText).join(' ') });
  } else if (supply.kind === 'nowhere') {
    // no version has it all: perhaps they are meant for several slots
    if (atoms.length > 1) for (const atom of atoms) evaluateAtoms([atom], asker, outcome);
    else {
      const note = supply.note === undefined ? {} : { note: supply.note };
      outcome.missing.push({ atom: atoms.map(atomText).join(' '), ...note });
    }
  }
}

/** Nothing where a branch is wholly local; else every branch that can be had, or all of them where none can. */
function evaluateAny(branches: readonly Dependency[], asker: Asker): Outcome {
  const outcome: Outcome = { brought: [], missing: [], open: false };
  if (branches.some(branch => isCertain(branch) && isLocal([branch], asker))) return outcome;
  const outcomes = branches.map(branch => ({ branch, ...evaluate([branch], asker) }));
  const complete = outcomes.filter(({ missing }) => missing.length === 0);
  const sure = complete.some(({ branch }) => isCertain(branch));
  for (const one of sure ? complete : outcomes) add(outcome, one);
  outcome.open = outcomes.some(({ open }) => open);
  return outcome;
}

function add(outcome: Outcome, other: Outcome): void {
  outcome.brought.push(...other.brought);
  outcome.missing.push(...other.missing);
  outcome.open ||= other.open;
}

/** Whether it asks for something with every USE: `|| ( flag? ( a ) b )` is `b` alone without the flag. */
function isCertain(dependency: Dependency): boolean {
  if (dependency.kind === 'use') return false;
  if (!('children' in dependency)) return true;
  return dependency.children.some(isCertain);
}

function isLocal(list: readonly Dependency[], asker: Asker): boolean {
  return units(list).every(unit => {
    if (!('kind' in unit)) {
      const { kind } = asker.supply(asker.index, unit);
      const apart = kind === 'nowhere' && unit.length > 1;
      return (
        kind === 'local' || (apart && unit.every(atom => asker.supply(asker.index, [atom]).kind === 'local'))
      );
    }
    if (unit.kind === 'any') {
      return unit.children.some(child => isCertain(child) && isLocal([child], asker));
    }
    return !('children' in unit) || isLocal(unit.children, asker);
  });
}

function units(list: readonly Dependency[]): Unit[] {
  const result: Unit[] = [];
  const joined = new Map<string, Atom[]>();
  for (const dependency of list) {
    if (dependency.kind !== 'atom') {
      result.push(dependency);
      continue;
    }
    const { atom } = dependency;
    if (atom.blocker !== '') continue;
    const key = `${atom.cp}:${atom.slot ?? ''}`;
    const known = joined.get(key);
    if (known) known.push(atom);
    else {
      const fresh = [atom];
      joined.set(key, fresh);
      result.push(fresh);
    }
  }
  return result;
}
