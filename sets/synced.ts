/**
 * What the repositories' sets held after the last sync: var/lib/tumpline/sets/synced.json, and beside it what stat(1)
 * said of their files, by which the hook knows that nothing has changed.
 */
import { dirname, join } from 'node:path';
import { parseSetFile } from '../portage/files/set-file.ts';
import type { SetLookup } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { removeFile, statIfPresent, writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { type Catalogue, type SetSource, setsState } from './catalogue.ts';
import { takeStamp } from './stamp.ts';

interface SyncedSet {
  readonly path: string;
  readonly text: string;
}

/** By the set's name. */
export type SyncedSets = ReadonlyMap<string, SyncedSet>;

const head = 'tumpline sets synced 1';

function syncedFile(located: Located): string {
  return join(setsState(located), 'synced.json');
}

function syncedStampFile(located: Located): string {
  return join(setsState(located), 'synced.stamp');
}

/** For whoever takes them away. */
export function syncedFiles(located: Located): string[] {
  return [syncedStampFile(located), syncedFile(located)];
}

/** The sets whose file stands in a repository, whoever names its directory. */
function repositorySources(catalogue: Catalogue): (SetSource & { readonly path: string })[] {
  return [...catalogue.sets.values()].flatMap(source => {
    const { path } = source;
    const inside = catalogue.repositories.some(({ location }) => path?.startsWith(`${location}/`));
    return path !== undefined && inside ? [{ ...source, path }] : [];
  });
}

/** As the files are now. One that cannot be read is left out. */
export function presentSets(catalogue: Catalogue): SyncedSets {
  const sets = new Map<string, SyncedSet>();
  for (const { name, path } of repositorySources(catalogue)) {
    try {
      const text = readOrdinaryText(path);
      if (text !== undefined) sets.set(name, { path, text });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  return sets;
}

/** As they were remembered; undefined where nothing is. */
export function readSynced(located: Located): SyncedSets | undefined {
  try {
    const value: unknown = JSON.parse(readOrdinaryText(syncedFile(located)) ?? 'null');
    if (typeof value !== 'object' || value === null) return undefined;
    return new Map(Object.entries(value).filter((pair): pair is [string, SyncedSet] => isSynced(pair[1])));
  } catch {
    return undefined;
  }
}

function isSynced(value: unknown): value is SyncedSet {
  if (typeof value !== 'object' || value === null) return false;
  const { path, text } = value as Record<string, unknown>;
  return typeof path === 'string' && typeof text === 'string';
}

/** What is behind a name, had the repositories not been synced since: everything else is as it is now. */
export function lookupBefore(before: SyncedSets, catalogue: Catalogue, now: SetLookup): SetLookup {
  const present = new Set(repositorySources(catalogue).map(({ name }) => name));
  return name => {
    const slotted = name.replace(/:(?=[^:]*$)/, '-');
    for (const one of new Set([name, slotted])) {
      const old = before.get(one);
      const users = catalogue.sets.has(one) && !present.has(one);
      if (old !== undefined && !users)
        return { kind: 'file', name: one, path: old.path, text: parseSetFile(old.text) };
    }
    const found = now(name);
    return found !== undefined && present.has(found.name) ? undefined : found;
  };
}

/** Remembers what is there now. `lines` is what `stampOfSynced` said before the files were read. */
export function writeSynced(located: Located, sets: SyncedSets, lines: string | undefined): void {
  const stamp = syncedStampFile(located);
  removeFile(stamp);
  writeAtomic(syncedFile(located), `${JSON.stringify(Object.fromEntries(sets), undefined, 1)}\n`, {
    mode: 0o644,
  });
  if (lines !== undefined) writeAtomic(stamp, `${head}\n${lines}`, { mode: 0o644 });
}

/** What stat says of all that the repositories' sets hang on. */
export function stampOfSynced(located: Located, catalogue: Catalogue): string | undefined {
  const etc = join(located.configRoot, 'etc/portage');
  const paths = repositorySources(catalogue).map(({ path }) => path);
  const files = [
    etc,
    join(etc, 'repos.conf'),
    join(etc, 'sets.conf'),
    ...catalogue.files,
    ...catalogue.repositories.map(({ location }) => location),
    ...paths.flatMap(path => [path, dirname(path)]),
  ];
  return takeStamp([...new Set(files)].filter(path => statIfPresent(path) !== undefined));
}

/** For a start, so that the first sync has something to compare with. */
export async function rememberSynced(located: Located, catalogue: Catalogue): Promise<void> {
  if (readSynced(located) !== undefined) return;
  const lines = stampOfSynced(located, catalogue);
  writeSynced(located, presentSets(catalogue), lines);
}
