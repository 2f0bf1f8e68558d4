/** Package moves as Portage applies them to what is installed and configured: profiles/updates of every repository. */
import { type Dir, opendirSync } from 'node:fs';
import { join } from 'node:path';
import { type Atom, parseAtom } from '../portage/atom.ts';
import { atomMatches } from '../portage/atom-match.ts';
import { parseCpv } from '../portage/cpv.ts';
import { parseMtimedb } from '../portage/files/mtimedb.ts';
import { inQuarterOrder, parsePackageUpdates, updateAtom } from '../portage/files/package-updates.ts';
import type { InstalledPackage } from '../portage/files/vdb.ts';
import { errnoOf, fileFault, statIfPresent } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { makeConfVariables } from '../system/portage-configuration.ts';
import { installedVersions } from '../system/vdb.ts';
import type { Catalogue } from './catalogue.ts';

interface Line {
  readonly repository: string;
  /** The file that it stands in. */
  readonly path: string;
  /** By quarters, as the updates follow each other. */
  readonly place: number;
  /** By the order in which the directory gives its files, as Portage applies them. */
  readonly seen: number;
  readonly text: string;
}

interface Updates {
  /** By the first word behind `move` or `slotmove`. */
  readonly lines: ReadonlyMap<string, readonly Line[]>;
  /** Repositories that have updates. */
  readonly repositories: ReadonlySet<string>;
}

export function updatesDirectory(location: string): string {
  return join(location, 'profiles/updates');
}

/** In the order of the directory itself. */
function namesIn(path: string): string[] {
  let directory: Dir;
  try {
    directory = opendirSync(path);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw fileFault(error, path);
  }
  const names: string[] = [];
  for (let entry = directory.readSync(); entry !== null; entry = directory.readSync())
    if (!entry.name.startsWith('.')) names.push(entry.name);
  directory.closeSync();
  return names;
}

/** Only told apart by their words: a real tree has thousands of lines, of which few are asked for. */
function readUpdates(catalogue: Catalogue): Updates {
  const lines = new Map<string, Line[]>();
  const repositories = new Set<string>();
  let before = 0;
  for (const { name: repository, location } of catalogue.repositories) {
    const directory = updatesDirectory(location);
    if (statIfPresent(directory)?.isDirectory()) repositories.add(repository);
    const seen = namesIn(directory);
    for (const [quarter, file] of inQuarterOrder(seen).entries()) {
      const path = join(directory, file);
      if (!statIfPresent(path)?.isFile()) continue;
      for (const [number, text] of (readOrdinaryText(path, 64 << 20) ?? '').split('\n').entries()) {
        const package_ = /^\s*(?:slot)?move\s+(\S+)/.exec(text)?.[1];
        if (package_ === undefined) continue;
        const place = (at: number) => (before + at) * 1_000_000 + number;
        const line = { repository, path, place: place(quarter), seen: place(seen.indexOf(file)), text };
        const known = lines.get(package_);
        if (known) known.push(line);
        else lines.set(package_, [line]);
      }
    }
    before += seen.length;
  }
  return { lines, repositories };
}

export interface Installed {
  /** Every installed version that the atom names. */
  matching(atom: Atom): InstalledPackage[];
  /** Whether Portage will not apply this file of updates (any more) to what is installed. */
  applied(path: string): boolean;
}

/** Times of the applied files; undefined where nothing is ever applied, because emerge is told so. */
function appliedTimes(located: Located): ReadonlyMap<string, number> | undefined {
  const options =
    process.env['EMERGE_DEFAULT_OPTS'] ??
    makeConfVariables(located).variables.get('EMERGE_DEFAULT_OPTS') ??
    '';
  if (/--package-moves[\s=]+n\b/.test(options)) return undefined;
  const text = readOrdinaryText(join(located.eroot, 'var/cache/edb/mtimedb'), 64 << 20);
  return parseMtimedb(text ?? '{}').value.updates ?? new Map();
}

/** Looks into EROOT/var/db/pkg, at each package once. */
export function installedIn(located: Located): Installed {
  const directory = join(located.eroot, 'var/db/pkg');
  const known = new Map<string, InstalledPackage[]>();
  let times: { readonly known: ReadonlyMap<string, number> | undefined } | undefined;
  return {
    applied(path) {
      times ??= { known: appliedTimes(located) };
      const time = Math.floor((statIfPresent(path)?.mtimeMs ?? 0) / 1000);
      return times.known === undefined || Math.floor(times.known.get(path) ?? -1) === time;
    },
    matching(atom) {
      const versions = known.get(atom.cp) ?? installedVersions(directory, atom.cp);
      known.set(atom.cp, versions);
      return versions.filter(({ cpv, slot, subslot, repo, use, iuse }) => {
        const parsed = parseCpv(cpv);
        return parsed !== undefined && atomMatches(atom, { cpv: parsed, slot, subslot, repo, use, iuse });
      });
    },
  };
}

interface Step {
  readonly line: Line;
  readonly after: Atom;
}

/** What the updates make of the atom, one after the other in that order, those that `counts` is against left out. */
function stepsFrom(
  original: Atom,
  { lines }: Updates,
  order: 'place' | 'seen',
  counts: (line: Line) => boolean,
): Step[] {
  const steps: Step[] = [];
  for (let atom = original, last = -1; ; ) {
    const [line] = (lines.get(atom.cp) ?? [])
      .filter(one => one[order] > last && counts(one))
      .sort((a, b) => a[order] - b[order]);
    if (!line) return steps;
    last = line[order];
    const [update] = parsePackageUpdates(line.text).value;
    const after = update ? updateAtom(atom, update) : atom;
    if (after !== atom) steps.push({ line, after });
    atom = after;
  }
}

/** The package, and the slot where the atom names one; whatever else it asks for. */
function bare({ cp, slot }: Atom): Atom {
  return parseAtom(slot === undefined ? cp : `${cp}:${slot}`)!;
}

/**
 * Answers with the atom after the updates that count, undefined where none does. What is installed decides, after
 * Portage has renamed it (it does so once for each file of updates, with what is from that repository): an old name
 * that is installed still, or again from another repository, stays. Where nothing is installed, a name counts no more
 * that no repository has.
 */
export function readMoves(catalogue: Catalogue, installed: Installed): (atom: Atom) => Atom | undefined {
  let updates: Updates | undefined;
  function renames({ repository, path }: Line, repo: string): boolean {
    if (installed.applied(path)) return false;
    return (
      repo === repository || (repository === catalogue.mainRepository && !updates?.repositories.has(repo))
    );
  }
  return original => {
    updates ??= readUpdates(catalogue);
    // of nearly all atoms
    if (!updates.lines.has(original.cp)) return undefined;
    const steps = stepsFrom(original, updates, 'place', () => true);
    if (steps.length === 0) return undefined;
    const names = [original, ...steps.map(({ after }) => after)];
    const ends = names.flatMap((atom, at) =>
      installed.matching(bare(atom)).map(({ repo }) => {
        const last = stepsFrom(atom, updates!, 'seen', line => renames(line, repo)).at(-1)?.after ?? atom;
        const end = names.findIndex(({ cp, slot }) => cp === last.cp && slot === last.slot);
        return end === -1 ? at : end;
      }),
    );
    const known = names.findIndex(({ cp }) =>
      catalogue.repositories.some(({ location }) => hasPackage(location, cp)),
    );
    const end = ends.length > 0 ? Math.min(...ends) : known === -1 ? steps.length : known;
    return end === 0 ? undefined : names[end];
  };
}

/** The old and new names of these packages, where there are such: what is installed of them decides. */
export function renamedPackages(catalogue: Catalogue, cps: readonly string[]): string[] {
  const { lines } = readUpdates(catalogue);
  const found = new Set<string>();
  const waiting = cps.filter(cp => lines.has(cp));
  for (let cp = waiting.pop(); cp !== undefined; cp = waiting.pop()) {
    if (found.has(cp)) continue;
    found.add(cp);
    for (const { text } of lines.get(cp) ?? [])
      for (const update of parsePackageUpdates(text).value)
        if (update.kind === 'move') waiting.push(update.to);
  }
  return [...found];
}

function hasPackage(location: string, cp: string): boolean {
  return statIfPresent(join(location, cp))?.isDirectory() === true;
}
