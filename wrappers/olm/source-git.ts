/**
 * Overlays in git: depth 1 and without contents, which come in one batch when they are asked for. Servers that know no
 * partial clones, that give no single objects or that only serve files cost more, and give the same.
 */
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent, mkdirs } from '../../system/files.ts';
import { type Remote, shownUri } from '../../system/git.ts';
import { remoteRefs, setRef } from '../../system/git-repository.ts';
import { nearest } from '../../system/nearest.ts';
import { printable } from '../../system/printable.ts';
import { checkBranch, protocolsFor } from './git-address.ts';
import { dropNew, head, incoming, isBloated, replace, sweep, tidy } from './git-cache.ts';
import { type Brought, bring, bringAnew, gitSource, type Supply } from './git-tree.ts';
import { isFrom, withOrigin } from './origin-record.ts';
import type { FetchOptions, OverlaySource } from './source.ts';
import type { OverlaySpec } from './spec.ts';
import { checkTrust, isTrusted } from './trust.ts';

function remoteOf(spec: OverlaySpec, uri: string, options: FetchOptions): Remote {
  return {
    uri,
    protocols: protocolsFor(spec, uri),
    ...(options.patience === undefined ? {} : { patience: options.patience }),
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  };
}

/** The id that the remote's ref has now. Faults: `offline`, `missing` with a branch that there is. */
async function ask(remote: Remote, ref: string): Promise<string> {
  const oid = (await remoteRefs(remote, [ref])).get(ref);
  if (oid !== undefined) return oid;
  const branches = [...(await remoteRefs(remote, ['refs/heads/*'])).keys()].map(name => name.slice(11));
  const where = printable(shownUri(remote.uri));
  const branch = ref === 'HEAD' ? undefined : ref.slice(11);
  const what =
    branch !== undefined
      ? `no branch '${printable(branch)}'`
      : branches.length > 0
        ? 'no default branch'
        : 'an empty repository';
  const near = (branch === undefined ? undefined : nearest(branch, branches)) ?? branches[0];
  throw new Fault('missing', `${where}: ${what}`, {
    hint: near === undefined ? `git ls-remote ${where}` : `set branch = ${printable(near)} in overlays.conf`,
  });
}

/** As `gitSource`, and undefined too when there is no repository, or none that is whole. */
async function whatIsThere(
  spec: OverlaySpec,
  git: string,
  name: string,
  supply?: Supply,
): Promise<OverlaySource | undefined> {
  if (lstatIfPresent(join(git, 'HEAD')) === undefined) return undefined;
  try {
    return await gitSource(spec, git, name, supply);
  } catch (error) {
    if (error instanceof Fault && error.code === 'corrupt') return undefined;
    throw error;
  }
}

/** Fetches into what is there; undefined when that fails for a reason that is not the server's. */
async function increment(git: string, supply: Supply): Promise<Brought | undefined> {
  try {
    return await bring(git, supply);
  } catch (error) {
    if (error instanceof Fault && (error.code === 'corrupt' || error.code === 'refused')) return undefined;
    throw error;
  }
}

function rewound(source: OverlaySource, last: { revision: string; time?: number } | undefined): string[] {
  const { revision, time } = source;
  if (last?.time === undefined || time === undefined || last.revision === revision || time >= last.time)
    return [];
  const day = (seconds: number) => new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `rewound: the newest commit, ${revision.slice(0, 12)} of ${day(time)}, is older than ` +
      `${last.revision.slice(0, 12)} of ${day(last.time)}, which was seen before`,
  ];
}

/** The commit counts from now on, and the repository is in its place. */
async function accept(directory: string, spec: OverlaySpec, git: string, commit: string): Promise<void> {
  await withOrigin(directory, spec, async () => {
    await setRef(git, head, commit);
    if (git !== join(directory, 'git')) replace(directory);
  });
}

/** As `fetchSource`. */
export async function fetchGit(
  spec: OverlaySpec,
  directory: string,
  options: FetchOptions,
): Promise<OverlaySource> {
  checkBranch(spec);
  const remote = remoteOf(spec, spec.uri, options);
  const upstream = spec.upstream === undefined ? undefined : remoteOf(spec, spec.upstream, options);
  const ref = spec.branch === undefined ? 'HEAD' : `refs/heads/${spec.branch}`;
  const supply: Supply = { directory, remote, ref, whole: options.whole ?? false };
  if (lstatIfPresent(directory) === undefined) mkdirs(directory);
  sweep(directory);
  const git = join(directory, 'git');
  const wanted = await ask(remote, ref);
  const before = await whatIsThere(spec, git, head, supply);
  const last = options.lastSeen ?? (isFrom(directory, spec) ? before : undefined);
  if (before?.revision === wanted && isTrusted(spec, directory, wanted))
    return await withOrigin(directory, spec, async () => ({ ...before, notes: rewound(before, last) }));

  let brought = before === undefined ? undefined : await increment(git, supply);
  let source = brought && (await whatIsThere(spec, git, incoming));
  if (brought === undefined || source === undefined) {
    brought = await bringAnew(supply, wanted.length === 64 ? 'sha256' : 'sha1');
    source = await gitSource(spec, brought.git, incoming);
  }
  let notes: string[];
  try {
    if (source === undefined) throw new Fault('corrupt', `${printable(brought.git)}: nothing was fetched`);
    notes = await checkTrust({ ...supply, spec, upstream, git: brought.git, commit: source.revision });
    await accept(directory, spec, brought.git, source.revision);
  } catch (error) {
    dropNew(directory);
    throw error;
  }
  if (brought.git === git && isBloated(git)) await tidy(git, source.revision);

  const now = await gitSource(spec, git, head, supply);
  if (now === undefined) throw new Fault('corrupt', `${printable(git)}: the head is gone`);
  notes.push(...rewound(now, last));
  // on this computer nothing is gained by it
  if (/filtering not recognized/.test(brought.words) && !spec.uri.startsWith('file:'))
    notes.push('the server knows no partial clones: all files were fetched');
  return { ...now, notes };
}

/** As `openSource`. */
export async function openGit(spec: OverlaySpec, directory: string): Promise<OverlaySource | undefined> {
  if (!isFrom(directory, spec)) return undefined;
  const source = await whatIsThere(spec, join(directory, 'git'), head);
  return source !== undefined && isTrusted(spec, directory, source.revision) ? source : undefined;
}
