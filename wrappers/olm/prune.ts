/** Removes generations that nobody reads any more, and what Portage keeps of them in its dependency cache. */
import { readdirSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileFault, lstatIfPresent, namesIn, removeEmptyDirectory, removeFile } from '../../system/files.ts';
import { removeInside } from '../../system/foreign-directory.ts';
import { commandWords, startTime } from '../../system/process-table.ts';
import { removeTree } from '../../system/tree.ts';
import { currentGeneration, generationNumber, readState } from './published.ts';

export interface PruneOptions {
  /** Days that a generation stays after the next one took its place. */
  readonly keep: number;
  /** Portage's own, EPREFIX/var/cache/edb/dep. */
  readonly dependencyCache: string;
  /** Seconds since the epoch. */
  readonly now?: number;
}

/**
 * Call it under the lock of the overlay. Whatever its age, a generation stays as long as a process of Portage lives that
 * began before the next one was published: it may have resolved the link. Returns the names of those removed.
 */
export function pruneGenerations(state: string, name: string, options: PruneOptions): string[] {
  const base = join(state, name);
  const current = generationNumber(currentGeneration(base) ?? '');
  if (current === undefined) return [];
  const numbers = numbersIn(base);
  const now = options.now ?? Date.now() / 1000;
  const oldest = oldestReader();
  const removed: string[] = [];
  for (const [index, number] of numbers.entries()) {
    const next = numbers[index + 1];
    if (number >= current || next === undefined) continue;
    const replaced = publishedAt(base, `generation-${next}`);
    if (now - replaced < options.keep * 86_400 || oldest <= replaced) continue;
    removeTree(join(base, `generation-${number}`));
    removeFile(join(base, `generation-${number}.json`));
    removed.push(`generation-${number}`);
  }
  sweepDependencyCache(base, options.dependencyCache);
  return removed;
}

/** Removes all that is published of an overlay, the link that Portage follows first. Call it under the lock. */
export function withdraw(state: string, name: string, dependencyCache: string): void {
  const base = join(state, name);
  if (lstatIfPresent(base) === undefined) return;
  const kept = realpathSync(base);
  removeFile(join(base, 'current'));
  try {
    removeInside(state, name);
  } catch (error) {
    throw fileFault(error, base);
  }
  forgetKept(dependencyCache, kept);
  removeEmptyAbove(join(dependencyCache, kept), dependencyCache);
}

function numbersIn(base: string): number[] {
  return namesIn(base)
    .flatMap(name => generationNumber(name) ?? [])
    .sort((a, b) => a - b);
}

/** Seconds since the epoch. */
function publishedAt(base: string, generation: string): number {
  const state = readState(base, generation);
  return state?.published ?? (lstatIfPresent(join(base, generation))?.mtimeMs ?? 0) / 1000;
}

const programs =
  /^(?:emerge|ebuild|ebuild\.sh|emaint|egencache|portageq|quickpkg|equery|eclean|emirrordist)$/;

/** Seconds since the epoch at which the oldest process of Portage began; infinite where none runs. */
function oldestReader(): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isSafeInteger(pid)) continue;
    const words = commandWords(pid).slice(0, 4);
    if (!words.some(word => programs.test(basename(word)))) continue;
    oldest = Math.min(oldest, (startTime(pid) ?? 0) / 1000);
  }
  return oldest;
}

/** What Portage knows of the generations of `base`, by the real path of each; also what a run without the right to it left. */
function sweepDependencyCache(base: string, dependencyCache: string): void {
  const real = realpathSync(base);
  const kept = join(dependencyCache, real);
  const present = new Set(numbersIn(base));
  for (const name of namesIn(kept)) {
    // the other cache module of Portage makes one file
    const number = generationNumber(name.replace(/\.sqlite$/, ''));
    if (number === undefined || present.has(number)) continue;
    forgetKept(dependencyCache, join(real, name));
  }
  removeEmptyAbove(kept, dependencyCache);
}

/** Removes a directory of Portage's cache, as far as the caller may. */
export function forgetKept(dependencyCache: string, below: string): void {
  try {
    removeInside(dependencyCache, below);
  } catch {
    // it belongs to Portage's group, and whoever syncs may be somebody else
  }
}

function removeEmptyAbove(path: string, end: string): void {
  for (let at = path; at.startsWith(`${end}/`); at = dirname(at)) {
    try {
      if (lstatIfPresent(at) !== undefined && !removeEmptyDirectory(at)) return;
    } catch {
      return;
    }
  }
}
