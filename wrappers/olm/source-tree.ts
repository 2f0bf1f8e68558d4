/** A directory tree as an overlay: its files named by what they hold, as git does, and remembered by their times. */
import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
} from 'node:fs';
import { Fault } from '../../system/fault.ts';
import { errnoOf, fileFault, readTextIfPresent, writeAtomic } from '../../system/files.ts';
import { blobId } from '../../system/git-output.ts';
import { printable } from '../../system/printable.ts';
import type { OverlaySource } from './source.ts';
import { settleLinks } from './source-links.ts';
import { limits, sortFiles } from './source-paths.ts';
import type { OverlaySpec } from './spec.ts';

interface Seen {
  readonly rawPath: string;
  readonly mode: string;
  /** by which a file counts as unchanged */
  readonly stamp: string;
  /** the latest of its times, milliseconds */
  readonly changed: number;
}

/** A path below `root`, whose bytes are given as Latin-1. */
function below(root: string, rawPath: string): Buffer {
  return Buffer.concat([Buffer.from(root), Buffer.from('/'), Buffer.from(rawPath, 'latin1')]);
}

/** Everything in a tree, without following a link; `.git` at the top is no part of an overlay. */
function walk(root: string, isOurs: boolean): Seen[] {
  const seen: Seen[] = [];
  function visit(at: string): void {
    for (const raw of readdirSync(below(root, at), { encoding: 'buffer' })) {
      const rawPath = at + raw.toString('latin1');
      if (rawPath === '.git') continue;
      const stats = lstatSync(below(root, rawPath));
      if (stats.isDirectory()) {
        visit(`${rawPath}/`);
        continue;
      }
      if (seen.length >= limits.files)
        throw new Fault('refused', `${printable(root)}: more files than are taken from an overlay`);
      seen.push({
        rawPath,
        mode: stats.isFile()
          ? stats.mode & 0o100
            ? '100755'
            : '100644'
          : stats.isSymbolicLink()
            ? '120000'
            : 'other',
        // the next copy takes over the file by a hard link, which is a change of its status
        stamp: `${stats.mtimeMs} ${isOurs ? '' : stats.ctimeMs} ${stats.size} ${stats.ino}`,
        changed: Math.max(stats.mtimeMs, isOurs ? 0 : stats.ctimeMs),
      });
    }
  }
  visit('');
  return seen;
}

function content(root: string, rawPath: string): Buffer {
  const path = below(root, rawPath);
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const { size } = fstatSync(file);
    if (size > limits.file)
      throw new Fault(
        'refused',
        `${printable(path.toString())}: ${size} bytes, more than is taken from an overlay`,
      );
    return readFileSync(file);
  } finally {
    closeSync(file);
  }
}

type Index = Record<string, readonly [stamp: string, oid: string]>;

function readIndex(path: string): Index {
  try {
    const value: unknown = JSON.parse(readTextIfPresent(path) ?? '{}');
    return typeof value === 'object' && value !== null ? (value as Index) : {};
  } catch {
    return {};
  }
}

/** Ids of all files; what the index knows by its times is not read again. */
function identify(root: string, seen: readonly Seen[], index: string): Map<string, string> {
  const before = readIndex(index);
  const after: Index = {};
  const ids = new Map<string, string>();
  let isNew = Object.keys(before).length > seen.length;
  // a file that changes again within the clock's grain keeps its times
  const settled = Date.now() - 2000;
  for (const { rawPath, mode, stamp, changed } of seen) {
    if (!mode.startsWith('100')) continue;
    const known = Object.hasOwn(before, rawPath) ? before[rawPath] : undefined;
    const isKnown = Array.isArray(known) && known[0] === stamp && /^[0-9a-f]{40}$/.test(known[1] ?? '');
    const oid = isKnown ? String(known[1]) : blobId(content(root, rawPath));
    ids.set(rawPath, oid);
    if (isKnown || changed < settled) after[rawPath] = [stamp, oid];
    if (!isKnown && changed < settled) isNew = true;
  }
  if (isNew) {
    try {
      writeAtomic(index, JSON.stringify(after));
    } catch (error) {
      // only slower without
      if (!(error instanceof Fault)) throw error;
    }
  }
  return ids;
}

/**
 * The tree at `root` as an overlay; `index` is the file that remembers ids, `isOurs` says
 * that nobody else writes in it. Contents are read from where they lie.
 * Faults: `missing`, `failed`, `refused` (limits).
 */
export function treeSource(spec: OverlaySpec, root: string, index: string, isOurs = false): OverlaySource {
  let seen: Seen[];
  let ids: Map<string, string>;
  const targets = new Map<string, string>();
  try {
    seen = walk(root, isOurs);
    ids = identify(root, seen, index);
    for (const { rawPath, mode } of seen)
      if (mode === '120000') targets.set(rawPath, readlinkSync(below(root, rawPath)));
  } catch (error) {
    throw fileFault(error, root);
  }
  const sorted = sortFiles(seen.map(({ rawPath, mode }) => ({ rawPath, mode, oid: ids.get(rawPath) ?? '' })));
  const { files, executables, refused, copies } = settleLinks(sorted, targets);
  const digest = createHash('sha256');
  for (const [path, oid] of files) digest.update(`${oid}${executables.has(path) ? '*' : ' '}${path}\n`);

  async function read(paths: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>> {
    const contents = new Map<string, Uint8Array>();
    let sum = 0;
    for (const path of paths) {
      const oid = files.get(path);
      if (oid === undefined) continue;
      const bytes = contentNow(root, copies.get(path) ?? path, oid);
      sum += bytes.length;
      if (sum > limits.all)
        throw new Fault('refused', `${printable(root)}: more than is taken from an overlay`);
      contents.set(path, bytes);
    }
    return contents;
  }

  return { spec, revision: digest.digest('hex'), files, executables, refused, notes: [], read };
}

/** The content that the list of files is about; a file that was changed since is a Fault, lest half a change be taken. */
function contentNow(root: string, path: string, oid: string): Uint8Array {
  const shown = printable(`${root}/${path}`);
  let bytes: Buffer | undefined;
  try {
    bytes = content(root, Buffer.from(path).toString('latin1'));
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR', 'ELOOP'].includes(errnoOf(error) ?? '')) throw fileFault(error, shown);
  }
  if (bytes === undefined || blobId(bytes) !== oid)
    throw new Fault('failed', `${shown}: changed while it was read`, { hint: 'olm sync' });
  return bytes;
}
