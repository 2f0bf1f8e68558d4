/**
 * var/lib/tumpline/sets/stamp: what stat(1) said of every file that the sets are made of when nothing was wrong with
 * them. The front compares it with what stat says now, and starts nothing else while both agree.
 */
import { readdirSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { configFiles } from '../system/config-files.ts';
import { lstatIfPresent, removeFile, statIfPresent, writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { debug } from '../system/log.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { couldWrite } from '../system/places.ts';
import { statLines } from '../system/stat-lines.ts';
import { type Catalogue, setsConf, setsState } from './catalogue.ts';
import { updatesDirectory } from './moves.ts';
import { worldSetsFile } from './selected.ts';

const head = 'tumpline sets stamp 1';

export function stampFile(located: Located): string {
  return join(setsState(located), 'stamp');
}

/** The directory and all below it that os.walk would enter. */
function directoriesBelow(directory: string): string[] {
  let entries: string[];
  try {
    entries = readdirSync(directory, { withFileTypes: true })
      .filter(entry => entry.isDirectory() && !entry.name.startsWith('.'))
      .map(entry => entry.name);
  } catch {
    return [];
  }
  return [directory, ...entries.flatMap(name => directoriesBelow(join(directory, name)))];
}

/** The nearest directory that is there: whatever will be made changes it. */
function nearestDirectory(path: string): string {
  let at = path;
  while (!statIfPresent(at)?.isDirectory() && at !== dirname(at)) at = dirname(at);
  return at;
}

/**
 * Everything on which the sets hang: the configuration, the set directories, the sources themselves, package updates,
 * and for `packages` (category/package, of optional members) the VDB's directories of their categories.
 */
export function stampFiles(
  located: Located,
  catalogue: Catalogue,
  sources: readonly string[],
  packages: readonly string[] = [],
): string[] {
  const etc = join(located.configRoot, 'etc/portage');
  const categories = packages.map(cp => nearestDirectory(join(located.eroot, 'var/db/pkg', dirname(cp))));
  const all = [
    worldSetsFile(located),
    etc,
    ...['make.conf', 'repos.conf'].flatMap(name => directoriesBelow(join(etc, name))),
    ...directoriesBelow(setsConf(located)),
    ...configFiles(join(etc, 'repos.conf')),
    join(etc, 'make.profile'),
    ...catalogue.files,
    ...catalogue.directories.flatMap(directoriesBelow),
    ...catalogue.directories.map(nearestDirectory),
    ...catalogue.sections.flatMap(({ directory }) =>
      directory === undefined ? [] : directoriesBelow(directory),
    ),
    ...sources,
    ...catalogue.repositories.flatMap(({ location }) => [
      location,
      nearestDirectory(updatesDirectory(location)),
    ]),
    ...categories,
  ];
  // one that comes into being would not show
  if (statIfPresent(worldSetsFile(located)) === undefined) return [];
  const present = [...new Set(all)].filter(path => statIfPresent(path) !== undefined);
  // stat tells of a link itself
  return [...new Set(present.flatMap(path => (isLink(path) ? [path, realpathSync(path)] : [path])))];
}

function isLink(path: string): boolean {
  return lstatIfPresent(path)?.isSymbolicLink() === true;
}

/** Lines for these files, undefined where there are none or one of them is gone. */
export function takeStamp(files: readonly string[]): string | undefined {
  if (files.length === 0 || files.some(path => path.includes('\n'))) return undefined;
  try {
    return statLines(files);
  } catch (error) {
    debug('sets', () => `no stamp: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** Whether everything is as it was when the stamp was written. */
export function stampHolds(located: Located): boolean {
  return stampedFiles(located).length > 0;
}

/** What the stamp tells of, as long as all of it is as it was then; none otherwise. */
export function stampedFiles(located: Located): string[] {
  const text = readOrdinaryText(stampFile(located));
  if (text === undefined || !text.startsWith(`${head}\n`)) return [];
  const lines = text.slice(head.length + 1);
  // a number and two dates of three words each, and the inode
  const files = lines.split('\n').flatMap(line => (line === '' ? [] : line.replace(/(?: [^ ]*){8}$/, '')));
  return takeStamp(files) === lines ? files : [];
}

/** Undefined takes the stamp away. Says whether it could be done: an ordinary user has no say in it. */
export function writeStamp(located: Located, lines: string | undefined): boolean {
  if (!couldWrite(setsState(located))) return false;
  if (lines === undefined) removeFile(stampFile(located));
  else writeAtomic(stampFile(located), `${head}\n${lines}`, { mode: 0o644 });
  debug(
    'sets',
    () => `stamp: ${lines === undefined ? 'taken away' : `${lines.split('\n').length - 1} files`}`,
  );
  return true;
}
