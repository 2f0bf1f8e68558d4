/** The files of a generated repository: what the closure names of an overlay, and what Portage needs to treat it the same. */
import type { Closure, LocalView } from '../../portage/closure.ts';
import { type LayoutConf, parseLayoutConf, writeLayoutConf } from '../../portage/files/layout-conf.ts';
import { type CacheEntry, writeCacheEntry } from '../../portage/files/md5-cache.ts';
import { atomConcerns } from '../../portage/profile-filter.ts';
import { Fault } from '../../system/fault.ts';
import { printable } from '../../system/printable.ts';
import { type CopiedPackages, copiedPackages } from './copied-packages.ts';
import { copiedProfiles } from './copied-profiles.ts';
import type { OverlaySource } from './source.ts';

export interface MaterialiseOptions {
  /** Name of the generated repository, and of the overlay in the closure; that of the source unless given. */
  readonly name?: string;
  readonly masters: readonly string[];
  /** Names in the closure of the overlays that have this one as master: what its profiles say counts for them too. */
  readonly dependents?: readonly string[];
  /** category/package of all that is installed: moves of these concern the user too. */
  readonly installed?: Iterable<string>;
  /** What the real Portage made of ebuilds without a valid cache entry, by cpv. */
  readonly sourced?: ReadonlyMap<string, CacheEntry>;
}

export interface Materialised {
  /** Path below the repository -> content; sorted by path. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Those of `files` that may be run, as they may in the overlay. */
  readonly executables: ReadonlySet<string>;
  readonly notes: string[];
}

/** All that the parts need to know. */
export interface Copying {
  readonly name: string;
  readonly source: OverlaySource;
  readonly packages: CopiedPackages;
  readonly categories: ReadonlySet<string>;
  readonly concerns: ReturnType<typeof atomConcerns>;
  readonly installed: ReadonlySet<string>;
}

const largest = 1024 * 1024 * 1024;

/**
 * Empty where the closure takes nothing from this overlay. Faults: those of `source.read`, and `refused` where there is
 * more than 1 GiB.
 */
export async function materialise(
  source: OverlaySource,
  closure: Closure,
  local: Pick<LocalView, 'hasCategory'>,
  options: MaterialiseOptions,
): Promise<Materialised> {
  const name = options.name ?? source.spec.name;
  const taken = closure.packages.filter(({ overlay }) => overlay === name);
  const eclasses = closure.eclasses.filter(({ overlay }) => overlay === name);
  if (taken.length + eclasses.length === 0) return { files: new Map(), executables: new Set(), notes: [] };
  const layout = await layoutOf(source);
  const dependents = options.dependents ?? [];
  const others = closure.packages.filter(({ overlay }) => dependents.includes(overlay));
  const packages = await copiedPackages(
    source,
    taken,
    !layout.thinManifests && layout.useManifests !== 'false',
  );
  const copying: Copying = {
    name,
    source,
    packages,
    categories: new Set([...packages.cps].map(cp => cp.slice(0, cp.indexOf('/')))),
    concerns: atomConcerns([name, ...dependents], [...packages.cpvs, ...others.flatMap(({ cpvs }) => cpvs)]),
    installed: new Set(options.installed),
  };
  const paths = new Set(packages.paths);
  for (const { name: eclass } of eclasses) paths.add(`eclass/${eclass}.eclass`);
  for (const license of closure.licenses) if (license.overlay === name) paths.add(`licenses/${license.name}`);
  for (const cpv of packages.cpvs) paths.add(`metadata/md5-cache/${cpv}`);
  for (const { overlay, path } of closure.eclassFiles) if (overlay === name) paths.add(path);
  const profiles = copiedProfiles(copying);
  const contents = await source.read([...paths, ...profiles.paths]);

  const files = new Map<string, Uint8Array>();
  for (const path of paths) add(path, contents.get(path));
  for (const [path, content] of profiles.files(contents, local)) add(path, content);
  for (const [cpv, entry] of options.sourced ?? [])
    if (packages.cpvs.has(cpv)) add(`metadata/md5-cache/${cpv}`, Buffer.from(writeCacheEntry(entry)));
  add('profiles/repo_name', Buffer.from(`${name}\n`));
  const cached = [...files.keys()].some(path => path.startsWith('metadata/md5-cache/'));
  const { repoName: _, ...kept } = layout;
  const written = { ...kept, masters: options.masters, cacheFormats: cached ? ['md5-dict'] : [] };
  add('metadata/layout.conf', Buffer.from(writeLayoutConf(written)));
  checkSize(name, files);
  return {
    files: new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1))),
    executables: new Set([...paths].filter(path => files.has(path) && source.executables.has(path))),
    notes: [...packages.notes, ...refusedNotes(copying, paths)].map(note => `${name}: ${note}`),
  };

  function add(path: string, content: Uint8Array | undefined): void {
    if (content !== undefined) files.set(path, content);
  }
}

async function layoutOf(source: OverlaySource): Promise<LayoutConf> {
  const path = 'metadata/layout.conf';
  const content = (await source.read([path])).get(path);
  return parseLayoutConf(Buffer.from(content ?? []).toString('utf8')).value;
}

/** A package whose file is a link, or has an odd name, is copied without that file. */
function refusedNotes({ packages, source }: Copying, paths: ReadonlySet<string>): string[] {
  return source.refused
    .filter(({ path }) => paths.has(path) || packages.cps.has(path.split('/').slice(0, 2).join('/')))
    .map(({ path, why }) => `${printable(path)}: not copied: ${printable(why)}`)
    .sort();
}

function checkSize(name: string, files: ReadonlyMap<string, Uint8Array>): void {
  let total = 0;
  for (const content of files.values()) total += content.length;
  if (total > largest)
    throw new Fault('refused', `${name}: what is selected of it takes more than 1 GiB`, {
      hint: `olm list, and name fewer packages of ${name}`,
    });
}
