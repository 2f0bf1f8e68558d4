/** Which versions the lines of the list name, those that have been moved since included. */
import { type Atom, atomText } from './atom.ts';
import { atomMatches, wildcardMatches } from './atom-match.ts';
import type { Closure, MovedSelection, Need } from './closure.ts';
import { describedVersion, type OverlayIndex } from './closure-index.ts';
import type { SupplyContext } from './closure-supply.ts';
import type { Cpv } from './cpv.ts';
import type { Selection } from './files/overlay-list.ts';
import { inQuarterOrder, parsePackageUpdates, updateAtom } from './files/package-updates.ts';

export interface SelectedPackage {
  readonly selection: Selection;
  readonly index: OverlayIndex;
  readonly cp: string;
  readonly versions: readonly Cpv[];
  /** It is not limited to some versions. */
  readonly whole: boolean;
}

export interface Selected {
  readonly packages: readonly SelectedPackage[];
  readonly unmatched: Closure['unmatched'];
  readonly moved: readonly MovedSelection[];
}

interface Wish {
  readonly selection: Selection;
  readonly index: OverlayIndex;
  readonly atom: Atom;
}

export function* selectedVersions(
  selections: readonly Selection[],
  context: SupplyContext,
): Generator<readonly Need[], Selected, void> {
  const wishes = selections.flatMap(selection => {
    const { repo, ...rest } = selection.atom;
    const index = context.indexes.get(repo ?? '');
    return index ? { selection, index, atom: { ...rest, repo: undefined, use: undefined } } : [];
  });
  const first = yield* granted(wishes, context);
  const failed = wishes.filter(({ selection }) => !first.some(one => one.selection === selection));
  const moved = yield* followed(failed, context);
  const second = yield* granted(moved, context);
  const found = new Set([...first, ...second].map(({ selection }) => selection));
  return {
    packages: [...first, ...second],
    moved: moved
      .filter(({ selection }) => found.has(selection))
      .map(({ selection, atom }) => ({
        selection,
        to: atomText({ ...atom, repo: selection.atom.repo }),
      })),
    unmatched: failed
      .filter(({ selection }) => !found.has(selection))
      .map(wish => ({ selection: wish.selection, near: nearOf(wish) })),
  };
}

function* granted(
  wishes: readonly Wish[],
  { asking, knowledge, local }: SupplyContext,
): Generator<readonly Need[], SelectedPackage[], void> {
  const drafts = wishes.flatMap(wish => {
    const unslotted = { ...wish.atom, slot: undefined, subslot: undefined };
    return candidatesOf(wish).flatMap(([cp, all]) => {
      const versions = all.filter(cpv => atomMatches(unslotted, { cpv, slot: '' }));
      if (versions.length === 0) return [];
      if (wish.atom.slot !== undefined) asking.versions(wish.index, versions);
      const whole = versions.length === all.length && wish.atom.slot === undefined && !isLimited(wish.atom);
      return { ...wish, cp, versions, whole };
    });
  });
  const needs = asking.needs();
  if (needs.length > 0) yield needs;
  return drafts.flatMap(draft => {
    if (draft.atom.slot === undefined) return draft;
    const versions = draft.versions.filter(cpv => {
      const entry = knowledge.metadata(draft.index.overlay.name, cpv.text);
      return !entry || atomMatches(draft.atom, describedVersion(cpv, entry, local.implicit));
    });
    return versions.length > 0 ? { ...draft, versions } : [];
  });
}

function isLimited({ operator, versionGlob }: Atom): boolean {
  return operator !== undefined || versionGlob !== undefined;
}

function candidatesOf({ index, atom }: Wish): (readonly [string, readonly Cpv[]])[] {
  const { packages } = index;
  if (atom.extended) return [...packages].filter(([cp]) => wildcardMatches(atom.cp, cp));
  const versions = packages.get(atom.cp);
  return versions ? [[atom.cp, versions]] : [];
}

/** The wishes that profiles/updates changes, as it makes them. */
function* followed(
  wishes: readonly Wish[],
  { asking, knowledge }: SupplyContext,
): Generator<readonly Need[], Wish[], void> {
  const named = wishes.filter(({ atom }) => !atom.extended);
  for (const { index } of named) for (const path of index.updates) asking.text(index.overlay.name, path);
  const needs = asking.needs();
  if (needs.length > 0) yield needs;
  return named.flatMap(wish => {
    const { index } = wish;
    const updates = inQuarterOrder(index.updates.map(path => path.slice(path.lastIndexOf('/') + 1))).flatMap(
      name => parsePackageUpdates(knowledge.text(index.overlay.name, `profiles/updates/${name}`) ?? '').value,
    );
    const atom = updates.reduce(updateAtom, wish.atom);
    return atom === wish.atom ? [] : { ...wish, atom };
  });
}

/** Its versions where only the version is wrong, else packages of that name in other categories. */
function nearOf({ index, atom }: Wish): string[] {
  const versions = index.packages.get(atom.cp);
  if (versions) return versions.map(({ text }) => text);
  const end = atom.cp.slice(atom.cp.indexOf('/'));
  return [...index.packages.keys()].filter(cp => cp.endsWith(end)).sort();
}
