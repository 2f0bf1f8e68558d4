/** What is used of an overlay that is configured as a whole, and how to have only that. Only looks, but for `keptAside`. */
import { readdirSync, realpathSync, renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseCpv } from '../../portage/cpv.ts';
import { splitLines, strip } from '../../portage/files/text.ts';
import { configFiles } from '../../system/config-files.ts';
import { Fault } from '../../system/fault.ts';
import { fileFault, lstatIfPresent, statIfPresent } from '../../system/files.ts';
import type { Located } from '../../system/locate.ts';
import { nearest } from '../../system/nearest.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import type { Places } from '../../system/places.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { printable } from '../../system/printable.ts';
import { readAllInstalled } from '../../system/vdb.ts';
import { profileInOverlay, profileStack } from './profile-stack.ts';
import { reposConf, repositoryLink } from './repos-conf.ts';

type Repository = NonNullable<ReturnType<ReturnType<typeof configuredRepositories>['byName']['get']>>;

/** Where repos.conf says of the overlay what it says. */
export interface SectionPlace {
  readonly file: string;
  /** Of its header, from 1. */
  readonly line: number;
  /** Nothing else stands in that file. */
  readonly alone: boolean;
}

export interface Adoption {
  readonly name: string;
  readonly location: string;
  readonly syncType: string | undefined;
  readonly syncUri: string | undefined;
  /** Packages of the overlay that are installed from it; category/package, sorted. */
  readonly used: readonly { readonly cp: string; readonly cpvs: readonly string[] }[];
  /** Its other packages, sorted. */
  readonly unused: readonly string[];
  /** Installed from it, but no longer in it. */
  readonly gone: readonly string[];
  /** Other repositories that have it as a master. */
  readonly dependents: readonly string[];
  readonly sections: readonly SectionPlace[];
  /** The tree stands where the link to the generated repository has to be. */
  readonly inTheWay: boolean;
}

/** The configured repository of that name, unless it is one that olm makes. */
export function wholeRepository(located: Located, places: Places, name: string): Repository | undefined {
  const found = configuredRepositories(located).byName.get(name);
  const homes = [places.state('olm'), places.systemState('olm')].filter(home => statIfPresent(home));
  const ours = homes.some(home => found?.location.startsWith(`${realpathSync(home)}/`));
  return ours || found?.section.syncType === 'olm' ? undefined : found;
}

/** Faults: missing (no such repository), refused (the main one, olm's own, the profile's). */
export async function planAdoption(located: Located, places: Places, name: string): Promise<Adoption> {
  const { byName, main, order } = configuredRepositories(located);
  const repository = wholeRepository(located, places, name);
  if (repository === undefined) throw notWhole(name, [...byName.keys()]);
  const { location, section } = repository;
  if (repository.name === main?.name)
    throw new Fault('refused', `${name}: is the main repository, which is needed as a whole`, {
      hint: 'olm list',
    });
  const stack = profileStack(located, configuredRepositories(located));
  if (profileInOverlay(stack, name, location) !== undefined)
    throw new Fault('refused', `${name}: the profile that is in use lies in it`, {
      hint: 'eselect profile list',
    });
  const installed = await readAllInstalled(join(located.eroot, 'var/db/pkg'), ['repository']);
  const there = new Set(packagesBelow(location));
  const used = new Map<string, string[]>();
  const gone: string[] = [];
  for (const { cpv, repo } of installed) {
    const cp = parseCpv(cpv)?.cp;
    if (repo !== name || cp === undefined) continue;
    if (there.has(cp)) used.set(cp, [...(used.get(cp) ?? []), cpv]);
    else gone.push(cpv);
  }
  return {
    name,
    location: section.location ?? location,
    syncType: section.syncType,
    syncUri: section.syncUri,
    used: [...used].map(([cp, cpvs]) => ({ cp, cpvs })),
    unused: [...there].filter(cp => !used.has(cp)).sort(),
    gone,
    dependents: order.filter(one => one.name !== name && one.masters.includes(name)).map(one => one.name),
    sections: sectionsOf(located, section.name),
    inTheWay: lstatIfPresent(repositoryLink(located, name)) !== undefined,
  };
}

function notWhole(name: string, names: readonly string[]): Fault {
  if (names.includes(name))
    return new Fault('refused', `${name}: is what olm makes of it already`, { hint: 'olm list' });
  const near = nearest(name, names);
  return new Fault('missing', `${printable(name)}: no such repository is configured`, {
    hint: near === undefined ? 'emerge --info' : `olm adopt ${near}`,
  });
}

/** Every category/package of a tree that has an ebuild. */
function packagesBelow(tree: string): string[] {
  const noCategory = new Set(['eclass', 'licenses', 'metadata', 'profiles', 'scripts']);
  const directories = (path: string) =>
    entries(path).flatMap(entry => (entry.isDirectory() && /^\w/.test(entry.name) ? [entry.name] : []));
  return directories(tree)
    .filter(category => !noCategory.has(category))
    .flatMap(category =>
      directories(join(tree, category)).flatMap(name =>
        entries(join(tree, category, name)).some(({ name }) => name.endsWith('.ebuild'))
          ? [`${category}/${name}`]
          : [],
      ),
    );
}

function entries(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (error) {
    throw fileFault(error, path);
  }
}

function sectionsOf(located: Located, name: string): SectionPlace[] {
  return configFiles(reposConf(located)).flatMap(file => {
    const headers = splitLines(readOrdinaryText(file) ?? '').flatMap((text, index) => {
      const header = /^\[([^\n]+)\]/.exec(strip(text))?.[1];
      return header === undefined ? [] : [{ header, line: index + 1 }];
    });
    const own = headers.find(({ header }) => header === name);
    return own === undefined ? [] : [{ file, line: own.line, alone: headers.length === 1 }];
  });
}

/** Where a file or directory can lie so that Portage passes over it. */
export function asidePath(path: string): string {
  return join(dirname(path), `.${basename(path)}.adopted`);
}

/** Puts a file aside, and says where it is. Faults: refused (something is there), failed. */
export function keptAside(file: string): string {
  const target = asidePath(file);
  if (lstatIfPresent(target) !== undefined)
    throw new Fault('refused', `${printable(target)}: is there already`, {
      hint: `ls -l ${printable(target)}`,
    });
  try {
    renameSync(file, target);
  } catch (error) {
    throw fileFault(error, file);
  }
  return target;
}
