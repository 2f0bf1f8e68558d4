/** A commit in the cache as an overlay: its list of files, and reading them, which may have to fetch. */
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent } from '../../system/files.ts';
import { type Remote, shownUri } from '../../system/git.ts';
import { blobId } from '../../system/git-output.ts';
import {
  fetchObjects,
  fetchRef,
  listTree,
  objectSizes,
  readCommit,
  readObjects,
  setRef,
} from '../../system/git-repository.ts';
import { printable } from '../../system/printable.ts';
import { beginAnew, dropNew, head, incoming, renew, replace } from './git-cache.ts';
import type { OverlaySource } from './source.ts';
import { longestTarget, settleLinks } from './source-links.ts';
import { limits, type Sorted, sortFiles } from './source-paths.ts';
import type { OverlaySpec } from './spec.ts';

/** Where a source's missing contents come from. */
export interface Supply {
  /** cache/NAME */
  readonly directory: string;
  readonly remote: Remote;
  /** what is fetched: HEAD or a branch */
  readonly ref: string;
  /** most of the contents will be read */
  readonly whole?: boolean;
}

export interface Brought {
  readonly git: string;
  /** git's own words */
  readonly words: string;
}

/** In the repository: its server gives single objects to nobody, so that everything is fetched at once. */
const wholeMark = 'olm-whole';

/** Fetches the ref to `incoming`; what the server cannot do is done without. */
export async function bring(git: string, supply: Supply): Promise<Brought> {
  const { remote, ref, whole = false } = supply;
  const blobs = whole || lstatIfPresent(join(git, wholeMark)) !== undefined;
  try {
    return { git, words: await fetchRef(git, remote, ref, incoming, { blobs, depth: 1 }) };
  } catch (error) {
    if (!(error instanceof Fault) || error.code !== 'refused') throw error;
    // a server of plain files has no depth
    return { git, words: await fetchRef(git, remote, ref, incoming, { blobs: true }) };
  }
}

/** As `bring`, into a new repository, which is not in its place yet. */
export async function bringAnew(supply: Supply, format: 'sha1' | 'sha256'): Promise<Brought> {
  const git = await beginAnew(supply.directory, format);
  try {
    return await bring(git, supply);
  } catch (error) {
    dropNew(supply.directory);
    throw error;
  }
}

function is(error: unknown, code: Fault['code']): boolean {
  return error instanceof Fault && error.code === code;
}

/** Everything at once, from a server that gives no single objects. */
async function fetchWhole(git: string, supply: Supply): Promise<void> {
  renew(join(git, wholeMark), '');
  await fetchRef(git, supply.remote, supply.ref, incoming, { blobs: true, anew: true, depth: 1 });
}

/** Fetches what is missing of `oids`. Returns all their sizes. */
async function complete(
  git: string,
  oids: readonly string[],
  supply: Supply | undefined,
): Promise<Map<string, number>> {
  const sizes = await objectSizes(git, oids);
  const missing = oids.filter(oid => !sizes.has(oid));
  if (missing.length === 0) return sizes;
  if (supply === undefined)
    throw new Fault('offline', `${printable(git)}: ${missing.length} files were not fetched yet`, {
      hint: 'olm sync',
    });
  try {
    await fetchObjects(git, supply.remote, missing);
  } catch (error) {
    if (!is(error, 'refused')) throw error;
    await fetchWhole(git, supply);
  }
  for (const [oid, size] of await objectSizes(git, missing)) sizes.set(oid, size);
  const left = oids.find(oid => !sizes.has(oid));
  if (left === undefined) return sizes;
  const where = printable(shownUri(supply.remote.uri));
  const now = await readCommit(git, incoming);
  const own = await readCommit(git, head);
  if (now?.oid !== own?.oid)
    throw new Fault('offline', `${where}: changed while it was read`, { hint: 'olm sync' });
  throw new Fault('corrupt', `${where}: does not give the object ${left}`);
}

/** Groups of objects that are read by one call each. */
function groupsOf(oids: readonly string[], sizes: ReadonlyMap<string, number>): string[][] {
  const groups: string[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const oid of oids) {
    const size = sizes.get(oid) ?? 0;
    if (bytes + size > 16 * 1024 * 1024) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(oid);
    bytes += size + 100;
  }
  return groups;
}

async function readAll(
  git: string,
  oids: readonly string[],
  supply: Supply | undefined,
): Promise<Map<string, Uint8Array>> {
  const sizes = await complete(git, oids, supply);
  let sum = 0;
  for (const [oid, size] of sizes) {
    sum += size;
    if (size > limits.file || sum > limits.all)
      throw new Fault('refused', `${printable(git)}: ${oid}: more than is taken from an overlay`, {
        hint: `git -C ${printable(git)} cat-file -s ${oid}`,
      });
  }
  const contents = new Map<string, Uint8Array>();
  for (const group of groupsOf(oids, sizes))
    for (const [oid, content] of await readObjects(git, group)) {
      if (blobId(content, oid.length === 64 ? 'sha256' : 'sha1') !== oid)
        throw new Fault('corrupt', `${printable(git)}: the object ${oid} is not what it was`);
      contents.set(oid, content);
    }
  return contents;
}

/** Makes the repository anew, for the same commit. */
async function heal(source: { revision: string }, supply: Supply, broken: unknown): Promise<void> {
  const format = source.revision.length === 64 ? 'sha256' : 'sha1';
  const { git } = await bringAnew(supply, format);
  const commit = await readCommit(git, incoming);
  if (commit?.oid !== source.revision) {
    dropNew(supply.directory);
    throw broken;
  }
  await setRef(git, head, commit.oid);
  replace(supply.directory);
}

/** Where links say that they lead: path -> target. Without a supply those that are here. */
async function linkTargets(
  git: string,
  links: ReadonlyMap<string, string>,
  supply: Supply | undefined,
): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (links.size === 0) return targets;
  const oids = [...new Set(links.values())];
  const sizes = supply === undefined ? await objectSizes(git, oids) : await complete(git, oids, supply);
  const short = oids.filter(oid => (sizes.get(oid) ?? longestTarget + 1) <= longestTarget);
  const contents = await readObjects(git, short);
  for (const [path, oid] of links) {
    const content = contents.get(oid);
    if (content !== undefined) targets.set(path, Buffer.from(content).toString());
  }
  return targets;
}

let lastSorted: { readonly oid: string; readonly files: Sorted } | undefined;

/** Of a commit, which is asked for before and after it counts. */
async function sortedFiles(spec: OverlaySpec, git: string, oid: string): Promise<Sorted> {
  if (lastSorted?.oid === oid) return lastSorted.files;
  const entries = await listTree(git, oid);
  if (entries.length > limits.files)
    throw new Fault(
      'refused',
      `${printable(spec.name)}: ${entries.length} files, more than is taken from an overlay`,
    );
  const files = sortFiles(entries);
  lastSorted = { oid, files };
  return files;
}

/** The overlay at the commit that `name` stands for; undefined where there is none. Faults: `corrupt`, `refused`. */
export async function gitSource(
  spec: OverlaySpec,
  git: string,
  name: string,
  supply?: Supply,
): Promise<OverlaySource | undefined> {
  const commit = await readCommit(git, name);
  if (commit === undefined) return undefined;
  const sorted = await sortedFiles(spec, git, commit.oid);
  const { files, executables, refused } = settleLinks(sorted, await linkTargets(git, sorted.links, supply));
  const source = { revision: commit.oid };

  /** What a closure has looked at is copied afterwards. */
  const had = new Map<string, Uint8Array>();

  async function read(paths: Iterable<string>): Promise<ReadonlyMap<string, Uint8Array>> {
    const asked = new Map<string, string>();
    for (const path of paths) {
      const oid = files.get(path);
      if (oid !== undefined) asked.set(path, oid);
    }
    const oids = [...new Set(asked.values())].filter(oid => !had.has(oid));
    let contents: Map<string, Uint8Array>;
    try {
      contents = await readAll(git, oids, supply);
    } catch (error) {
      if (supply === undefined || !is(error, 'corrupt')) throw error;
      await heal(source, supply, error);
      contents = await readAll(git, oids, supply);
    }
    for (const [oid, content] of contents) had.set(oid, content);
    return new Map([...asked].map(([path, oid]) => [path, had.get(oid) ?? new Uint8Array()]));
  }

  return { spec, revision: commit.oid, time: commit.time, files, executables, refused, notes: [], read };
}
