/** Reading and changing files. Whatever replaces a file does it whole: a reader sees the old text or the new one. */
import {
  chmodSync,
  closeSync,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmdirSync,
  type Stats,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { announce } from './effects.ts';
import { Fault } from './fault.ts';
import { printable } from './printable.ts';

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  ENOENT: 'no such file or directory',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'is a directory',
  EEXIST: 'already exists',
  ENOSPC: 'no space left on the device',
  EDQUOT: 'disk quota exceeded',
  EROFS: 'the file system is read-only',
  EIO: 'input/output error',
  ELOOP: 'too many symbolic links',
  EMFILE: 'too many open files',
};

/** The errno name of a failed system call, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** A failed system call as a `Fault` that names the file. A Fault stays what it is. */
export function fileFault(error: unknown, path: string, hint?: string): Fault {
  if (error instanceof Fault) return error;
  const errno = errnoOf(error);
  const reason =
    (errno && (reasons[errno] ?? errno)) || (error instanceof Error ? error.message : String(error));
  const fallback =
    errno === 'EACCES' || errno === 'EPERM'
      ? 'run it again as root'
      : errno === 'ENOSPC' || errno === 'EDQUOT'
        ? `df -h ${printable(dirname(path))}`
        : errno === 'EROFS'
          ? `findmnt -T ${printable(dirname(path))}`
          : undefined;
  const chosen = hint ?? fallback;
  return new Fault(errno === 'ENOENT' ? 'missing' : 'failed', `${printable(path)}: ${printable(reason)}`, {
    cause: error,
    ...(chosen === undefined ? {} : { hint: chosen }),
  });
}

/** The file's text (UTF-8). Faults: missing, failed. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw fileFault(error, path);
  }
}

/** The file's text, or undefined where there is no such file; any other trouble is a Fault. */
export function readTextIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw fileFault(error, path);
  }
}

/** lstat, or undefined where nothing is. */
export function lstatIfPresent(path: string): Stats | undefined {
  try {
    // an error costs more than the look
    return lstatSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw fileFault(error, path);
  }
}

/** stat, or undefined where nothing is; a link that leads nowhere, or round in a circle, included. */
export function statIfPresent(path: string): Stats | undefined {
  try {
    // an error costs more than the look
    return statSync(path, { throwIfNoEntry: false });
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR' || errno === 'ELOOP') return undefined;
    throw fileFault(error, path);
  }
}

/**
 * Makes a directory and those above it, by the umask or with exactly `mode`. Returns those that were not there
 * before, the topmost first.
 */
export function mkdirs(path: string, mode?: number): string[] {
  const missing: string[] = [];
  for (let at = resolve(path); statIfPresent(at) === undefined && at !== dirname(at); at = dirname(at)) {
    missing.unshift(at);
  }
  for (const directory of missing) {
    try {
      announce('mkdir', directory);
      mkdirSync(directory);
      if (mode !== undefined) chmodSync(directory, mode);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw fileFault(error, directory);
    }
  }
  return missing;
}

/** What is in a directory; empty where there is none. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return [];
    throw fileFault(error, directory);
  }
}

/** Removes a file or link; nothing there is fine. */
export function removeFile(path: string): void {
  if (lstatIfPresent(path) === undefined) return;
  try {
    announce('unlink', path);
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault(error, path);
  }
}

/** Removes a directory when it is there and empty; says whether it is gone. */
export function removeEmptyDirectory(path: string): boolean {
  if (lstatIfPresent(path) === undefined) return true;
  try {
    announce('rmdir', path);
    rmdirSync(path);
    return true;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return true;
    if (errno === 'ENOTEMPTY' || errno === 'EEXIST' || errno === 'ENOTDIR' || errno === 'EBUSY') return false;
    throw fileFault(error, path);
  }
}

/** Where a write to `path` lands: the end of its chain of links, which need not exist. */
export function linkEnd(path: string): string {
  let at = resolve(path);
  for (let depth = 0; depth < 40; depth += 1) {
    const found = lstatIfPresent(at);
    if (found === undefined || !found.isSymbolicLink()) return at;
    at = resolve(dirname(at), readlinkSync(at));
  }
  throw new Fault('failed', `${printable(path)}: too many symbolic links`);
}

/** Makes a rename or unlink in `directory` last over a power cut. File systems that refuse are left alone. */
export function syncDirectory(directory: string): void {
  let descriptor: number | undefined;
  try {
    announce('fsync-directory', directory);
    descriptor = openSync(directory, 'r');
    fsyncSync(descriptor);
  } catch (error) {
    if (errnoOf(error) !== 'EINVAL' && errnoOf(error) !== 'EPERM') throw fileFault(error, directory);
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

let counter = 0;

function fill(temporary: string, bytes: Buffer, mode: number, old: Stats | undefined): void {
  announce('open', temporary);
  const descriptor = openSync(temporary, 'wx', mode);
  try {
    const made = fstatSync(descriptor);
    if (old !== undefined && (made.uid !== old.uid || made.gid !== old.gid))
      fchownSync(descriptor, old.uid, old.gid);
    fchmodSync(descriptor, mode); // open() is subject to the umask, and chown drops set-id bits
    announce('write', temporary);
    for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at);
    announce('fsync', temporary);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Replaces the file's whole content, or makes the file (mode 0644 unless given) and the directories above it. Owner
 * and mode of an existing file stay, `mode` overrides; a link is followed, not replaced, unless `overLink` says so: where
 * somebody else may have made it. On any Fault the old content is still there. A hard link to the old content keeps the
 * old content.
 */
export function writeAtomic(
  path: string,
  text: string | Uint8Array,
  options: { mode?: number; overLink?: boolean } = {},
): void {
  const target = options.overLink ? resolve(path) : linkEnd(path);
  const found = lstatIfPresent(target);
  const old = found?.isSymbolicLink() ? undefined : found;
  if (old?.isDirectory()) throw new Fault('failed', `${printable(path)}: is a directory`);
  counter += 1;
  const temporary = join(dirname(target), `.${basename(target)}.tumpline-${process.pid}-${counter}`);
  if (old === undefined) mkdirs(dirname(target));
  const mode = options.mode ?? (old === undefined ? 0o644 : old.mode & 0o7777);
  try {
    fill(temporary, Buffer.from(text), mode, old);
    announce('rename', target);
    renameSync(temporary, target);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // it was never made
    }
    throw fileFault(error, target);
  }
  syncDirectory(dirname(target));
}

/** Removes what a killed `writeAtomic(path)` left beside the end of that link. Call it only under the lock that guards the file. */
export function removeTemporaries(path: string): void {
  removeTemporariesBeside(linkEnd(path));
}

/** As `removeTemporaries`, without following a link. */
export function removeTemporariesBeside(target: string): void {
  const prefix = `.${basename(target)}.tumpline-`;
  if (statIfPresent(dirname(target)) === undefined) return;
  for (const name of readdirSync(dirname(target))) {
    if (name.startsWith(prefix) && /^\d+-\d+$/.test(name.slice(prefix.length)))
      removeFile(join(dirname(target), name));
  }
}
