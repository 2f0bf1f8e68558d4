/** Writes whole repositories, and keeps its hands off what it did not write. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../system/fault.ts';
import {
  lstatIfPresent,
  readTextIfPresent,
  removeEmptyDirectory,
  removeFile,
  writeAtomic,
} from '../system/files.ts';
import { printable } from '../system/printable.ts';
import { filesBelow, makeTree } from '../system/tree.ts';

/** Path below the repository -> content. */
export type RepositoryFiles = ReadonlyMap<string, string | Uint8Array>;

/** Paths, each list sorted; all empty where the repository was so already. */
export interface RepositoryChange {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What stands in a repository that was written here: as sha256sum(1) prints it, so that it can check. Its mark of binary
 * files, which means nothing to anybody here, is that of files that may be run.
 */
export const writtenRecord = 'metadata/written-by-tumpline';

/** What version control and Portage itself keep in a repository. */
const notOurs: ReadonlySet<string> = new Set(['.git']);

const sumLine = /^(([0-9a-f]{64}) [ *])(\S.*)$/;

/**
 * Makes `location` hold exactly `files`. Where nothing is, it appears whole; where a repository of ours is, each file
 * is replaced whole, and a call that was killed is finished by the next one. Call it under the lock of whoever owns
 * the repository. Faults: `invalid` a path that leads out of it, `refused` something that is not ours.
 */
export async function writeRepository(
  location: string,
  files: RepositoryFiles,
  executables: ReadonlySet<string> = new Set(),
): Promise<RepositoryChange> {
  for (const path of files.keys()) checkPath(path);
  const sums = sumsOf(files);
  const found = lstatIfPresent(location);
  if (found !== undefined && !found.isDirectory()) throw foreign(location, 'is no directory');
  const present = found === undefined ? [] : filesBelow(location, notOurs);
  if (present.length === 0) {
    await makeTree(
      location,
      new Map([...files, [writtenRecord, recordText(sums, executables)]]),
      executables,
    );
    return { added: [...files.keys()].sort(), changed: [], removed: [] };
  }
  const record = readRecord(location);
  const standing = ownFiles(location, present, record, sums);
  const added = [...sums.keys()].filter(path => !standing.has(path)).sort();
  const changed = [...sums]
    .filter(([path, want]) => (standing.get(path) ?? want) !== want || lacksBit(path))
    .map(([path]) => path)
    .sort();
  const removed = [...standing.keys()].filter(path => !sums.has(path)).sort();
  const last = recordText(sums, executables);
  if (
    readTextIfPresent(join(location, writtenRecord)) === last &&
    added.length + changed.length + removed.length === 0
  )
    return { added, changed, removed };
  // until the last step both the old and the new are known as ours
  writeAtomic(join(location, writtenRecord), recordText(standing, executables) + last, { mode: 0o644 });
  for (const path of [...added, ...changed])
    writeAtomic(join(location, path), files.get(path) ?? '', {
      mode: executables.has(path) ? 0o755 : 0o644,
    });
  for (const path of removed) {
    removeFile(join(location, path));
    for (let at = dirname(path); at !== '.' && removeEmptyDirectory(join(location, at)); at = dirname(at));
  }
  writeAtomic(join(location, writtenRecord), last);
  return { added, changed, removed };

  function lacksBit(path: string): boolean {
    const mode = executables.has(path) ? lstatIfPresent(join(location, path))?.mode : undefined;
    return mode !== undefined && (mode & 0o100) === 0;
  }
}

/** What `writtenRecord` says in a repository that holds these files. */
export function recordOf(files: RepositoryFiles, executables: ReadonlySet<string> = new Set()): string {
  return recordText(sumsOf(files), executables);
}

/** What a line of the record has in front of the path. */
export function contentMark(content: string | Uint8Array, executable: boolean): string {
  return `${sha256(content)} ${executable ? '*' : ' '}`;
}

/** Path -> content mark, of a record. */
export function marksIn(record: string): Map<string, string> {
  return new Map(
    record.split('\n').flatMap((line): [string, string][] => {
      const [, mark = '', , path = ''] = sumLine.exec(line) ?? [];
      return path === '' ? [] : [[path, mark]];
    }),
  );
}

function sumsOf(files: RepositoryFiles): Map<string, string> {
  return new Map([...files].map(([path, content]) => [path, sha256(content)]));
}

function checkPath(path: string): void {
  const sound = path
    .split('/')
    .every(part => part !== '' && part !== '.' && part !== '..' && part !== '.git');
  const plain = ![...path].some(character => character < ' ' || character === '\u007f');
  if (!sound || !plain || path === writtenRecord)
    throw new Fault('invalid', `${printable(path)}: no path for a file of a repository`);
}

/** In hex. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

function recordText(sums: ReadonlyMap<string, string>, executables: ReadonlySet<string>): string {
  return [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, digest]) => `${digest} ${executables.has(path) ? '*' : ' '}${path}\n`)
    .join('');
}

/** Every sum that we gave a path. */
function readRecord(location: string): Map<string, Set<string>> {
  const text = readTextIfPresent(join(location, writtenRecord));
  if (text === undefined) throw foreign(location, 'a repository that tumpline did not write');
  const record = new Map<string, Set<string>>();
  for (const line of text.split('\n')) {
    const [, , digest = '', path = ''] = sumLine.exec(line) ?? [];
    if (path !== '') record.set(path, (record.get(path) ?? new Set()).add(digest));
  }
  return record;
}

/** The sums of what stands there, all of it ours or already as wanted. Fault `refused` else. */
function ownFiles(
  location: string,
  present: readonly string[],
  record: ReadonlyMap<string, ReadonlySet<string>>,
  wanted: ReadonlyMap<string, string>,
): Map<string, string> {
  const standing = new Map<string, string>();
  const strange: string[] = [];
  for (const path of [...present].sort()) {
    const whole = join(location, path);
    if (isTemporary(path)) removeFile(whole);
    if (path === writtenRecord || isTemporary(path)) continue;
    const digest = lstatIfPresent(whole)?.isFile() ? sha256(readFileSync(whole)) : '';
    if (digest !== '' && (record.get(path)?.has(digest) || wanted.get(path) === digest))
      standing.set(path, digest);
    else strange.push(record.has(path) ? `${path} was changed` : path);
  }
  const [first, ...more] = strange;
  if (first === undefined) return standing;
  const others = more.length === 0 ? '' : ` and ${more.length} more`;
  throw foreign(location, `not written by tumpline: ${printable(first)}${others}`);
}

/** What a killed call left beside a file. */
function isTemporary(path: string): boolean {
  return /(^|\/)\.[^/]+\.tumpline-\d+-\d+$/.test(path);
}

function foreign(location: string, what: string): Fault {
  return new Fault('refused', `${printable(location)}: ${what}; nothing was changed`, {
    hint: `mv ${printable(location)} ${printable(location)}.mine`,
  });
}
