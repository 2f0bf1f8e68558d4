/** Which of the files that an overlay has are taken: ordinary ones, with names that mean nothing to anybody but Portage. */
import { isUtf8 } from 'node:buffer';
import { printable } from '../../system/printable.ts';

/** What an overlay may have at most; more is a Fault. */
export const limits = { files: 200_000, file: 64 * 1024 * 1024, all: 1024 * 1024 * 1024 } as const;

/** Portage's names: PMS, "Restrictions upon Names", with what profiles and licences add. */
const plainPart = /^[A-Za-z0-9+_.@][A-Za-z0-9+_.@-]*$/;

/** Why a path, bytes given as Latin-1, is not taken; undefined when it is sound. */
function oddity(rawPath: string): string | undefined {
  if (rawPath.length > 1024) return 'the name is too long';
  const parts = rawPath.split('/');
  for (const part of parts) {
    if (part === '' || part === '.' || part === '..') return 'the path leads elsewhere';
    if (part.toLowerCase() === '.git') return 'a .git inside';
    if (part.length > 255) return 'the name is too long';
    if (plainPart.test(part)) continue;
    if (part.startsWith('-')) return 'the name begins with -';
    if (/[^\x20-\x7e\x80-\xff]/.test(part) || part.includes('\\')) return 'control characters in the name';
    // patches and sources bring any name along, what Portage reads by name has none of these
    if (parts[2] !== 'files') return 'odd characters in the name';
  }
  return undefined;
}

export interface Sorted {
  /** path -> id */
  readonly files: ReadonlyMap<string, string>;
  /** those of `files` that may be run */
  readonly executables: ReadonlySet<string>;
  /** symbolic links with sound names: path -> id of what says where it leads */
  readonly links: ReadonlyMap<string, string>;
  /** the paths are fit to print */
  readonly refused: readonly { path: string; why: string }[];
}

export interface Found {
  /** bytes as Latin-1 */
  readonly rawPath: string;
  /** what git calls it */
  readonly mode: string;
  readonly oid: string;
}

const kinds: Readonly<Record<string, string>> = {
  '160000': 'a submodule',
  '040000': 'a directory',
};

/** By their code units, as the paths of a source are ordered. */
export function comparePaths(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** Sorts what was found in an overlay, `files` and `links` by path. */
export function sortFiles(found: Iterable<Found>): Sorted {
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  const executables = new Set<string>();
  const refused: { path: string; why: string }[] = [];
  const directories = new Set<string>();
  const sound: { path: string; oid: string; mode: string }[] = [];
  for (const { rawPath, mode, oid } of found) {
    const isTaken = /^(100644|100755|100664|120000)$/.test(mode);
    const why = isTaken ? oddity(rawPath) : (kinds[mode] ?? 'no ordinary file');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the question is whether it is ASCII
    const isPlain = /^[\x00-\x7f]*$/.test(rawPath);
    const path = isPlain ? rawPath : decoded(rawPath);
    if (why !== undefined || path === undefined || (!isPlain && printable(path) !== path)) {
      refused.push({
        path: printable(path ?? rawPath),
        why: why ?? (path === undefined ? 'the name is no UTF-8' : 'control characters in the name'),
      });
      continue;
    }
    sound.push({ path, oid, mode });
    for (let slash = path.indexOf('/'); slash > 0; slash = path.indexOf('/', slash + 1))
      directories.add(path.slice(0, slash));
  }
  sound.sort((one, other) => comparePaths(one.path, other.path));
  for (const { path, oid, mode } of sound) {
    if (directories.has(path) || files.has(path) || links.has(path)) {
      refused.push({ path, why: 'two things of the same name' });
      continue;
    }
    (mode === '120000' ? links : files).set(path, oid);
    if (mode === '100755') executables.add(path);
  }
  return { files, executables, links, refused };
}

function decoded(raw: string): string | undefined {
  const bytes = Buffer.from(raw, 'latin1');
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined;
}
