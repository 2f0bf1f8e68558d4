/** Who can satisfy an atom: the local repositories, an overlay, or nobody. */
import type { Atom } from './atom.ts';
import { atomMatches, type Candidate } from './atom-match.ts';
import type { Knowledge, LocalCandidate, LocalView } from './closure.ts';
import type { Asking } from './closure-asking.ts';
import { describedVersion, type OverlayIndex } from './closure-index.ts';
import type { Cpv } from './cpv.ts';
import { hasRequiredFlags } from './use.ts';

export type Supply =
  | { readonly kind: 'local' }
  | { readonly kind: 'overlay'; readonly index: OverlayIndex; readonly cp: string }
  /** It has been asked for what is needed to tell. */
  | { readonly kind: 'open' }
  | { readonly kind: 'nowhere'; readonly note?: string };

export interface SupplyContext {
  readonly indexes: ReadonlyMap<string, OverlayIndex>;
  readonly local: LocalView;
  readonly knowledge: Knowledge;
  readonly asking: Asking;
}

/** Says who has one version that all these atoms of one package match, for an ebuild of the overlay. */
export type Supplier = (index: OverlayIndex, atoms: readonly Atom[]) => Supply;

const local: Supply = { kind: 'local' };
const open: Supply = { kind: 'open' };

export function newSupplier(context: SupplyContext): Supplier {
  const locals = new WeakMap<Atom, readonly LocalCandidate[]>();
  const localMatches = (atom: Atom) => {
    let found = locals.get(atom);
    if (!found) {
      found = context.local.versions(atom.cp).filter(candidate => couldMatch(atom, candidate));
      locals.set(atom, found);
    }
    return found;
  };
  return (index, [first, ...others]) => {
    if (!first) return local;
    const atoms = [first, ...others];
    if (localMatches(first).some(one => others.every(atom => localMatches(atom).includes(one)))) return local;
    for (const place of lookedThrough(index, context.indexes)) {
      const versions = place.packages.get(first.cp) ?? [];
      const near = versions.filter(cpv => atoms.every(atom => atomMatches(nameOnly(atom), bare(cpv))));
      if (near.length === 0) continue;
      const name = place.overlay.name;
      if (near.some(cpv => !context.asking.knowsVersion(name, cpv))) {
        // what comes with one version comes with all
        context.asking.versions(place, versions);
        return open;
      }
      const found = near.some(cpv => {
        const entry = context.knowledge.metadata(name, cpv.text);
        // nothing is known of it: Portage may find that it matches
        if (!entry) return true;
        const candidate = describedVersion(cpv, entry, context.local.implicit);
        return atoms.every(atom => couldMatch(atom, candidate));
      });
      if (found) return { kind: 'overlay', index: place, cp: first.cp };
    }
    return { kind: 'nowhere', ...noteOn(first.cp, index, context) };
  };
}

/** Own overlay first, then its masters that are generated, the last one first. */
export function lookedThrough(
  { overlay }: OverlayIndex,
  indexes: ReadonlyMap<string, OverlayIndex>,
): OverlayIndex[] {
  const names = [overlay.name, ...[...overlay.masters].reverse()];
  return [...new Set(names)].flatMap(name => indexes.get(name) ?? []);
}

/** Whether the version can satisfy the atom with some USE: of its flags only those must exist that have no default. */
function couldMatch(atom: Atom, candidate: LocalCandidate): boolean {
  // slot and flags of a candidate may have to be read from a file: the name decides first
  if (!atomMatches(nameOnly(atom), candidate)) return false;
  if (atom.slot !== undefined && !candidate.anySlot && !atomMatches(withoutUse(atom), candidate))
    return false;
  return !atom.use || !candidate.iuse || hasRequiredFlags(atom.use, candidate.iuse);
}

function withoutUse(atom: Atom): Atom {
  return atom.use ? { ...atom, use: undefined, unevaluated: undefined } : atom;
}

function nameOnly(atom: Atom): Atom {
  if (atom.slot === undefined && atom.use === undefined) return atom;
  return { ...atom, slot: undefined, subslot: undefined, use: undefined, unevaluated: undefined };
}

function bare(cpv: Cpv): Candidate {
  return { cpv, slot: '' };
}

function noteOn(cp: string, index: OverlayIndex, { indexes, local }: SupplyContext): { note?: string } {
  const places = lookedThrough(index, indexes);
  for (const { overlay, packages } of places) {
    const versions = packages.get(cp);
    if (versions) return { note: `${overlay.name} has ${listed(versions)}` };
  }
  const here = local.versions(cp);
  if (here.length > 0) return { note: `here is ${listed(here.map(({ cpv }) => cpv))}` };
  const third = [...indexes.values()].find(other => other.packages.has(cp));
  return third ? { note: `is in ${third.overlay.name}` } : {};
}

function listed(versions: readonly Cpv[]): string {
  const texts = [...new Set(versions.map(({ version }) => version.text))];
  return texts.length > 4 ? `… ${texts.slice(-4).join(', ')}` : texts.join(', ');
}
