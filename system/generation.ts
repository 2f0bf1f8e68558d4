/**
 * A tree of small files that is replaced as a whole: BASE/current is a link to it, so that a reader sees the old tree or
 * the new one. Call the changing ones under a lock of the caller's.
 */
import {
  chmodSync,
  closeSync,
  fsyncSync,
  linkSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { announce } from './effects.ts';
import { fileFault, lstatIfPresent, mkdirs, namesIn, syncDirectory } from './files.ts';
import { readOrdinaryText } from './ordinary-file.ts';

const prefix = 'generation-';

/** Path below BASE/current -> text. */
export function readGeneration(base: string): Map<string, string> {
  const found = new Map<string, string>();
  function read(below: string): void {
    for (const name of namesIn(join(base, 'current', below))) {
      const path = below === '' ? name : `${below}/${name}`;
      const there = lstatIfPresent(join(base, 'current', path));
      if (there?.isDirectory()) read(path);
      else if (there?.isFile()) found.set(path, readOrdinaryText(join(base, 'current', path)) ?? '');
    }
  }
  read('');
  return found;
}

function writeNew(path: string, text: string): void {
  announce('open', path);
  const file = openSync(path, 'wx', 0o644);
  try {
    chmodSync(path, 0o644);
    announce('write', path);
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    // a set that a power cut leaves empty would cost its members
    announce('fsync', path);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Whether `link` had to be made to say `target`. */
export function setLink(link: string, target: string): boolean {
  const there = lstatIfPresent(link);
  if (there?.isSymbolicLink() && readlinkSync(link) === target) return false;
  const temporary = `${link}.new`;
  try {
    rmSync(temporary, { force: true });
    announce('link', temporary);
    symlinkSync(target, temporary);
    announce('rename', link);
    renameSync(temporary, link);
  } catch (error) {
    throw fileFault(error, link);
  }
  syncDirectory(dirname(link));
  return true;
}

/** Removes what is no part of the current tree: older ones, and those that a killed process began. */
export function sweepGenerations(base: string): void {
  const link = join(base, 'current');
  const current = lstatIfPresent(link)?.isSymbolicLink() ? readlinkSync(link) : undefined;
  for (const name of namesIn(base)) {
    if (!name.startsWith(prefix) || name === current) continue;
    announce('rmdir', join(base, name));
    rmSync(join(base, name), { recursive: true, force: true });
  }
}

/** Takes over what is on the disk already: another sync of each file would take its time. */
function linkOld(old: string, path: string): boolean {
  try {
    announce('link', path);
    linkSync(old, path);
    return true;
  } catch {
    return false;
  }
}

/**
 * Makes `files` (path -> text) the current tree, with these directories in it even where they are empty. `old` is what
 * `readGeneration` has said.
 */
export function replaceGeneration(
  base: string,
  files: ReadonlyMap<string, string>,
  directories: readonly string[],
  old: ReadonlyMap<string, string>,
): void {
  const numbers = namesIn(base).flatMap(name =>
    name.startsWith(prefix) ? Number(name.slice(prefix.length)) : [],
  );
  const name = `${prefix}${Math.max(0, ...numbers.filter(Number.isSafeInteger)) + 1}`;
  const tree = join(base, name);
  const made = new Set<string>();
  try {
    for (const directory of [tree, ...directories.map(one => join(tree, one))])
      for (const one of mkdirs(directory, 0o755)) made.add(one);
    for (const [path, text] of files) {
      for (const one of mkdirs(dirname(join(tree, path)), 0o755)) made.add(one);
      const same = old.get(path) === text && linkOld(join(base, 'current', path), join(tree, path));
      if (!same) writeNew(join(tree, path), text);
    }
    for (const directory of made) syncDirectory(directory);
  } catch (error) {
    throw fileFault(error, tree);
  }
  setLink(join(base, 'current'), name);
  sweepGenerations(base);
}
