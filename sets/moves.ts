/** Package moves as Portage applies them to what is installed and configured: profiles/updates of every repository. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Atom } from '../portage/atom.ts';
import { atomMatches } from '../portage/atom-match.ts';
import { parseCpv } from '../portage/cpv.ts';
import {
  inQuarterOrder,
  type PackageUpdate,
  parsePackageUpdates,
  updateAtom,
} from '../portage/files/package-updates.ts';
import type { InstalledPackage } from '../portage/files/vdb.ts';
import { errnoOf, fileFault, statIfPresent } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { installedVersions } from '../system/vdb.ts';
import type { Catalogue } from './catalogue.ts';

interface Line {
  readonly repository: string;
  readonly place: number;
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

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).filter(name => !name.startsWith('.'));
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return [];
    throw fileFault(error, directory);
  }
}

/** Only told apart by their words: a real tree has thousands of lines, of which few are asked for. */
function readUpdates(catalogue: Catalogue): Updates {
  const lines = new Map<string, Line[]>();
  const repositories = new Set<string>();
  let place = 0;
  for (const { name, location } of catalogue.repositories) {
    const directory = updatesDirectory(location);
    if (statIfPresent(directory)?.isDirectory()) repositories.add(name);
    for (const file of inQuarterOrder(namesIn(directory))) {
      if (!statIfPresent(join(directory, file))?.isFile()) continue;
      for (const text of (readOrdinaryText(join(directory, file), 64 << 20) ?? '').split('\n')) {
        const package_ = /^\s*(?:slot)?move\s+(\S+)/.exec(text)?.[1];
        if (package_ === undefined) continue;
        place += 1;
        const known = lines.get(package_);
        if (known) known.push({ repository: name, place, text });
        else lines.set(package_, [{ repository: name, place, text }]);
      }
    }
  }
  return { lines, repositories };
}

export interface Installed {
  /** Every installed version that the atom names. */
  matching(atom: Atom): InstalledPackage[];
}

/** Looks into EROOT/var/db/pkg, at each package once. */
export function installedIn(located: Located): Installed {
  const directory = join(located.eroot, 'var/db/pkg');
  const known = new Map<string, InstalledPackage[]>();
  return {
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

/**
 * Answers with the atom after all updates, undefined where they leave it. As in Portage an update counts for what is
 * installed from its repository; where nothing is installed, for a name that no repository has any more.
 */
export function readMoves(catalogue: Catalogue, installed: Installed): (atom: Atom) => Atom | undefined {
  let updates: Updates | undefined;
  function counts(update: Line, before: Atom, after: Atom): boolean {
    const [first] = [...installed.matching(before), ...installed.matching(after)];
    if (!first) return !catalogue.repositories.some(({ location }) => hasPackage(location, before.cp));
    if (first.repo === update.repository) return true;
    return update.repository === catalogue.mainRepository && !updates?.repositories.has(first.repo);
  }
  return original => {
    updates ??= readUpdates(catalogue);
    let atom = original;
    for (let place = 0; ; ) {
      const next = updates.lines.get(atom.cp)?.find(line => line.place > place);
      if (!next) return atom === original ? undefined : atom;
      place = next.place;
      const update: PackageUpdate | undefined = parsePackageUpdates(next.text).value[0];
      const after = update ? updateAtom(atom, update) : atom;
      if (after !== atom && counts(next, atom, after)) atom = after;
    }
  };
}

function hasPackage(location: string, cp: string): boolean {
  return statIfPresent(join(location, cp))?.isDirectory() === true;
}
