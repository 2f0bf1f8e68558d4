/**
 * What must be taken out of overlays so that the selected packages can be merged: packages, eclasses, licences. It asks
 * for metadata and texts level by level, all that a level needs at once, and whoever drives it fetches them.
 */
import type { Candidate } from './atom-match.ts';
import { newAsking } from './closure-asking.ts';
import { evaluateNeeds, newDependencyReader } from './closure-dependencies.ts';
import { eclassSearch } from './closure-eclasses.ts';
import { ebuildPath, type OverlayIndex, overlayIndex } from './closure-index.ts';
import { by, licenceWords, newTaking } from './closure-result.ts';
import { selectedVersions } from './closure-selected.ts';
import { lookedThrough, newSupplier } from './closure-supply.ts';
import type { Cpv } from './cpv.ts';
import type { CacheEntry } from './files/md5-cache.ts';
import type { Selection } from './files/overlay-list.ts';
import { inheritedEclasses } from './inherit-scan.ts';

export interface ClosureOverlay {
  readonly name: string;
  /** As in layout.conf; a later one wins. Those that are in `overlays` too are generated, the others local. */
  readonly masters: readonly string[];
  /** Path -> git blob id. */
  readonly files: ReadonlyMap<string, string>;
}

export interface LocalCandidate extends Candidate {
  /** Its slot cannot be told without sourcing it: any may be meant. */
  readonly anySlot?: boolean;
}

/** All configured repositories that are not generated. */
export interface LocalView {
  /** `iuse` set where it is known, `use` undefined. */
  versions(cp: string): readonly LocalCandidate[];
  /** Git blob id of what these masters provide, the last one first; `length` of the id in hex digits, 40 unless told. */
  eclass(name: string, masters: readonly string[], length?: number): string | undefined;
  /** What the eclass that these masters provide inherits. */
  inherits(name: string, masters: readonly string[]): readonly string[];
  hasRepository(name: string): boolean;
  hasLicense(name: string): boolean;
  hasCategory(name: string): boolean;
  /** Flags that every package has besides its own. */
  readonly implicit: ReadonlySet<string>;
}

/** Filled by the driver between two steps. */
export interface Knowledge {
  /** Undefined: cannot be had. */
  metadata(overlay: string, cpv: string): CacheEntry | undefined;
  text(overlay: string, path: string): string | undefined;
}

export interface ClosureInput {
  /** Those of overlays that are not in `overlays` are passed over. */
  readonly selections: readonly Selection[];
  readonly overlays: ReadonlyMap<string, ClosureOverlay>;
  readonly local: LocalView;
  readonly knowledge: Knowledge;
}

/** Metadata of these cpvs and texts of these paths; nothing is asked for twice. */
export interface Need {
  readonly overlay: string;
  readonly cpvs: readonly string[];
  readonly paths: readonly string[];
}

export type DependencyField = 'DEPEND' | 'RDEPEND' | 'BDEPEND' | 'PDEPEND' | 'IDEPEND';

/** Why a package was taken. `atom` may be several, which one version has to satisfy together. */
export type Because =
  | { readonly kind: 'selected'; readonly text: string; readonly file: string; readonly line: number }
  | {
      readonly kind: 'needed';
      readonly overlay: string;
      readonly cpv: string;
      readonly field: DependencyField;
      readonly atom: string;
    };

export interface ClosurePackage {
  readonly overlay: string;
  readonly cp: string;
  /** By version. */
  readonly cpvs: readonly string[];
  /** All versions that the overlay has. */
  readonly whole: boolean;
  /** Selections first; never empty. */
  readonly because: readonly Because[];
}

export interface ClosureEclass {
  readonly overlay: string;
  /** Without `.eclass`. */
  readonly name: string;
  /** The first that inherits it: a cpv or NAME.eclass. */
  readonly by: string;
}

export interface MissingDependency {
  readonly overlay: string;
  readonly cpv: string;
  /** One of `DependencyField`, or INHERIT: then `atom` is NAME.eclass. */
  readonly field: string;
  readonly atom: string;
  /** What comes near it, where something does. */
  readonly note?: string;
}

/** A selection that names a package by what it was called before profiles/updates. */
export interface MovedSelection {
  readonly selection: Selection;
  /** Its atom now. */
  readonly to: string;
}

/** Sorted throughout: by overlay, then by name. */
export interface Closure {
  readonly packages: readonly ClosurePackage[];
  readonly eclasses: readonly ClosureEclass[];
  /** Paths below eclass/ that are no eclasses and that a taken eclass mentions. */
  readonly eclassFiles: readonly { readonly overlay: string; readonly path: string }[];
  readonly licenses: readonly { readonly overlay: string; readonly name: string }[];
  readonly missing: readonly MissingDependency[];
  /** `near`: cpvs where only the version is wrong, else packages of that name in another category. */
  readonly unmatched: readonly { readonly selection: Selection; readonly near: readonly string[] }[];
  readonly moved: readonly MovedSelection[];
  /** Taken versions without metadata, or with such as cannot be read: what they need is not known. */
  readonly unknown: readonly { readonly overlay: string; readonly cpv: string; readonly why?: string }[];
}

interface Pending {
  readonly index: OverlayIndex;
  readonly cpv: Cpv;
}

/** Answers to what it yields must be in `knowledge` when it is resumed. */
export function* closure(input: ClosureInput): Generator<readonly Need[], Closure, void> {
  const { local, knowledge } = input;
  const indexes = new Map([...input.overlays].map(([name, overlay]) => [name, overlayIndex(overlay)]));
  const asking = newAsking();
  const context = { indexes, local, knowledge, asking };
  const supply = newSupplier(context);
  const reader = newDependencyReader();
  const eclasses = eclassSearch(context);
  const taking = newTaking();
  const licenses = new Map<string, Closure['licenses'][number]>();
  const missing = new Map<string, MissingDependency>();
  const unknown: Closure['unknown'][number][] = [];
  let pending: Pending[] = [];

  function take(index: OverlayIndex, cp: string, versions: readonly Cpv[], because: Because): void {
    const fresh = taking.take(index, cp, versions, because);
    asking.versions(index, fresh);
    for (const cpv of fresh) pending.push({ index, cpv });
  }

  function lacks(one: MissingDependency): void {
    missing.set(`${one.overlay} ${one.cpv} ${one.field} ${one.atom}`, one);
  }

  /** False: it must be looked at once more after the next step. */
  function settle({ index, cpv }: Pending): boolean {
    const overlay = index.overlay.name;
    if (!asking.knowsVersion(overlay, cpv)) return false;
    const entry = knowledge.metadata(overlay, cpv.text);
    const needs = entry && evaluateNeeds(entry, index, supply, reader);
    if (needs?.open) return false;
    inherit(index, cpv, entry);
    if (!entry || !needs) {
      unknown.push({ overlay, cpv: cpv.text });
      return true;
    }
    if (needs.broken !== undefined) unknown.push({ overlay, cpv: cpv.text, why: needs.broken });
    for (const { index: other, cp, field, atom } of needs.brought) {
      const because = { kind: 'needed', overlay, cpv: cpv.text, field, atom } as const;
      take(other, cp, other.packages.get(cp) ?? [], because);
    }
    for (const lack of needs.missing) lacks({ overlay, cpv: cpv.text, ...lack });
    for (const name of licenceWords(entry.fields.get('LICENSE') ?? '')) {
      const from = local.hasLicense(name) ? undefined : lookedThrough(index, indexes).find(holds(name));
      if (from) licenses.set(`${from.overlay.name} ${name}`, { overlay: from.overlay.name, name });
    }
    return true;
  }

  function inherit(index: OverlayIndex, cpv: Cpv, entry: CacheEntry | undefined): void {
    const overlay = index.overlay.name;
    const scanned = inheritedEclasses(knowledge.text(overlay, ebuildPath(cpv)) ?? '');
    const told = entry ? entry.eclasses.map(({ name }) => name) : scanned;
    for (const name of told) {
      const found = eclasses.add(index, name, cpv.text);
      const atom = `${name}.eclass`;
      if (!found) lacks({ overlay, cpv: cpv.text, field: 'INHERIT', atom });
    }
    for (const name of scanned) eclasses.add(index, name, cpv.text);
  }

  const selected = yield* selectedVersions(input.selections, context);
  for (const { selection, index, cp, versions } of selected.packages) {
    const { text, file, line } = selection;
    take(index, cp, versions, { kind: 'selected', text, file, line });
  }
  while (pending.length > 0 || !eclasses.isDone()) {
    const needs = asking.needs();
    if (needs.length > 0) yield needs;
    const now = pending;
    pending = [];
    const left = now.filter(one => !settle(one));
    eclasses.step();
    pending.push(...left);
  }
  return {
    packages: taking.packages(),
    eclasses: [...eclasses.eclasses()].sort(by('overlay', 'name')),
    eclassFiles: [...eclasses.files()].sort(by('overlay', 'path')),
    licenses: [...licenses.values()].sort(by('overlay', 'name')),
    missing: [...missing.values()].sort(by('overlay', 'cpv', 'field', 'atom')),
    unmatched: selected.unmatched,
    moved: selected.moved,
    unknown: unknown.sort(by('overlay', 'cpv')),
  };
}

function holds(license: string): (index: OverlayIndex) => boolean {
  return ({ overlay }) => overlay.files.has(`licenses/${license}`);
}
