/**
 * The bare repository in the cache: cache/NAME/git. It comes whole, by a rename, and what is fetched later counts only
 * once the ref `refs/olm/head` says so; a process that is killed leaves no more than litter, which the next one sweeps.
 */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import { announce } from '../../system/effects.ts';
import { Fault } from '../../system/fault.ts';
import {
  fileFault,
  lstatIfPresent,
  mkdirs,
  namesIn,
  readTextIfPresent,
  writeAtomic,
} from '../../system/files.ts';
import { giveTree, ownerOf } from '../../system/foreign-directory.ts';
import { listTree, makeRepository, objectSizes, packObjects } from '../../system/git-repository.ts';
import { removeTree } from '../../system/tree.ts';

export const head = 'refs/olm/head';
export const incoming = 'refs/olm/incoming';

/** Puts right what a killed process left behind. Call it under the overlay's lock. */
export function sweep(directory: string): void {
  const git = join(directory, 'git');
  for (const name of namesIn(directory)) {
    if (!/^git\.(old|new)/.test(name)) continue;
    if (name === 'git.old' && lstatIfPresent(git) === undefined) renameSync(join(directory, name), git);
    else removeTree(join(directory, name));
  }
  for (const below of ['', 'refs/olm', 'objects', 'objects/pack', 'objects/info'])
    for (const name of namesIn(join(git, below)))
      if (/\.lock$|^tmp_|^\.tmp-|\.keep$/.test(name)) removeTree(join(git, below, name));
}

/** Makes an empty repository beside the one that is there, for who owns the directory. */
export async function beginAnew(directory: string, format: 'sha1' | 'sha256'): Promise<string> {
  const git = join(directory, 'git.new');
  removeTree(git);
  mkdirs(git, 0o755);
  const owner = ownerOf(directory);
  if (owner !== undefined) giveTree(git, owner);
  await makeRepository(git, format);
  return git;
}

/** Puts the new repository in the place of the old one. */
export function replace(directory: string): string {
  const git = join(directory, 'git');
  try {
    removeTree(join(directory, 'git.old'));
    if (lstatIfPresent(git) !== undefined) renameSync(git, join(directory, 'git.old'));
    announce('rename', git);
    renameSync(join(directory, 'git.new'), git);
  } catch (error) {
    throw fileFault(error, git);
  }
  removeTree(join(directory, 'git.old'));
  return git;
}

/** Drops the repository that was begun. */
export function dropNew(directory: string): void {
  removeTree(join(directory, 'git.new'));
}

/** A file of ours in the repository, whoever made the one that is there: root by hand, or the user that Portage syncs as. */
export function renew(path: string, text: string): void {
  removeTree(path);
  writeAtomic(path, text);
}

interface Packs {
  readonly names: readonly string[];
  readonly bytes: number;
}

function packsOf(git: string): Packs {
  const directory = join(git, 'objects/pack');
  const found = namesIn(directory).filter(name => /^pack-.*\.(pack|idx|rev|promisor)$/.test(name));
  const bytes = found.reduce((sum, name) => sum + (lstatIfPresent(join(directory, name))?.size ?? 0), 0);
  return { names: found, bytes };
}

const smallest = 2 * 1024 * 1024;

/** Where the size after the last tidying is noted. */
function noteOf(git: string): string {
  return join(git, 'olm-tidied');
}

/**
 * Whether there is more than twice what there was after the last tidying, or so many packs that finding an object
 * takes its time.
 */
export function isBloated(git: string): boolean {
  const { bytes, names: found } = packsOf(git);
  const last = Number(readTextIfPresent(noteOf(git)) ?? 0);
  return (
    found.filter(name => name.endsWith('.pack')).length > 24 || bytes > 2 * Math.max(last || 0, smallest)
  );
}

/**
 * Repacks what the commit at the head needs, as far as it is here, and removes all else. The new pack is complete before
 * the first old one goes.
 */
export async function tidy(git: string, commit: string): Promise<void> {
  const entries = await listTree(git, commit, true);
  const root = `${commit}^{tree}`;
  const wanted = [...new Set(entries.filter(entry => entry.type !== 'commit').map(entry => entry.oid))];
  const present = await objectSizes(git, [commit, root, ...wanted]);
  const pack = await packObjects(git, [...present.keys()]);
  const directory = join(git, 'objects/pack');
  if (!namesIn(directory).includes(`${pack}.idx`))
    throw new Fault('corrupt', `${git}: the new pack is not there`);
  // a commit whose parents are gone has none, as far as git is concerned
  renew(join(git, 'shallow'), `${commit}\n`);
  for (const suffix of ['.idx', '.rev', '.pack', '.promisor', '.keep', '.bitmap', '.mtimes'])
    for (const name of namesIn(directory))
      if (name.endsWith(suffix) && !name.startsWith(`${pack}.`)) removeTree(join(directory, name));
  for (const name of namesIn(join(git, 'objects')))
    if (/^[0-9a-f]{2}$/.test(name)) removeTree(join(git, 'objects', name));
  renew(join(directory, `${pack}.promisor`), '');
  renew(noteOf(git), `${packsOf(git).bytes}\n`);
}
