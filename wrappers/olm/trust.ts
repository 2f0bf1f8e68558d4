/**
 * Whether a commit may be believed. With a `key` the overlay's tree has to be one that a commit signed by that key names:
 *
 * 1. the fetched commit itself; or
 * 2. for a mirror that adds the metadata cache on top of merges of the signed branch: the second parent of the fetched
 *    commit, or of its first parent; or
 * 3. with `upstream`, the newest commit of that repository.
 *
 * In cases 2 and 3 every file of the fetched tree must be in the signed tree, same mode, same id, and the other way
 * round, but for what mirrors generate (`isGenerated`). So what a mirror without a key of its own can still do is lie in
 * the metadata cache about ebuilds that it cannot change: hide an ebuild or a dependency, never have its own code run.
 *
 * A signature counts when GnuPG calls it good and neither it nor the key has expired or was revoked; GnuPG sees the
 * given key alone, in a home of its own. Which commit was believed is noted beside the repository, with the key's sum, so that an
 * unchanged overlay costs nothing; another key asks anew.
 */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { fileFault, readTextIfPresent, statIfPresent } from '../../system/files.ts';
import { giveTree, ownerOf } from '../../system/foreign-directory.ts';
import type { Remote } from '../../system/git.ts';
import { fetchRef, listTree, readCommit, signatureStatus } from '../../system/git-repository.ts';
import { printable } from '../../system/printable.ts';
import { run } from '../../system/run.ts';
import { incoming, renew } from './git-cache.ts';
import type { Supply } from './git-tree.ts';
import type { OverlaySpec } from './spec.ts';

export interface Question extends Supply {
  readonly spec: OverlaySpec;
  readonly upstream: Remote | undefined;
  /** the repository that holds the commit; not always the one in its place */
  readonly git: string;
  readonly commit: string;
}

const unsigned = 'it is not signed';
const upstreamRef = 'refs/olm/upstream';

/** What mirrors with a cache add to the signed tree: repo-mirror-ci runs `pmaint regen` with these three. */
function isGenerated(path: string): boolean {
  return /^metadata\/(md5-cache\/|pkg_desc_index$|timestamp)|^profiles\/use\.local\.desc$/.test(path);
}

function keyFiles(path: string): string[] {
  const there = statIfPresent(path);
  if (there?.isDirectory())
    return readdirSync(path)
      .sort()
      .map(name => join(path, name))
      .filter(file => statIfPresent(file)?.isFile());
  return there === undefined ? [] : [path];
}

/** The key's files, read. Faults: `missing`. */
function keyMaterial(spec: OverlaySpec): Buffer[] {
  const path = spec.key ?? '';
  try {
    const files = keyFiles(path).map(file => readFileSync(file));
    if (files.length > 0) return files;
  } catch (error) {
    throw fileFault(error, path);
  }
  throw new Fault('missing', `${printable(path)}: no key there`, {
    hint: `set key in the section [${printable(spec.name)}] of overlays.conf`,
  });
}

/** Which commit was believed, by which key: two words and the date of the signed commit, seconds. */
function recordOf(spec: OverlaySpec, commit: string): string {
  const sum = createHash('sha256');
  for (const file of keyMaterial(spec)) sum.update(file);
  return `${commit} ${sum.digest('hex')}`;
}

function readRecord(directory: string): { record: string; time: number } {
  const words = (readTextIfPresent(join(directory, 'trusted')) ?? '').trim().split(' ');
  return { record: words.slice(0, 2).join(' '), time: Number(words[2]) || 0 };
}

/** Whether this commit was found to be signed by the key that is set; true where none is. */
export function isTrusted(spec: OverlaySpec, directory: string, commit: string): boolean {
  return spec.key === undefined || readRecord(directory).record === recordOf(spec, commit);
}

/** What is wrong with a signature, from GnuPG's status lines (doc/DETAILS); undefined when it is good. */
export function signatureFault(status: string): string | undefined {
  const words = new Set(status.split('\n').flatMap(line => /^\[GNUPG:\] ([A-Z_]+)/.exec(line)?.[1] ?? []));
  if (words.has('BADSIG')) return 'its signature is wrong';
  if (words.has('REVKEYSIG')) return 'its key was revoked';
  if (words.has('EXPKEYSIG')) return 'its key has expired';
  if (words.has('EXPSIG')) return 'its signature has expired';
  if (words.has('NO_PUBKEY') || words.has('ERRSIG')) return 'it is signed by another key';
  const good = status.split('\n').filter(line => line.startsWith('[GNUPG:] GOODSIG ')).length;
  if (good === 1 && words.has('VALIDSIG')) return undefined;
  return unsigned;
}

async function withKeyring<T>(question: Question, work: (gnupg: string) => Promise<T>): Promise<T> {
  const gnupg = mkdtempSync(join(tmpdir(), 'tumpline-key-'));
  try {
    for (const file of keyMaterial(question.spec)) {
      const args = ['--homedir', gnupg, '--batch', '--no-options', '--no-autostart', '--import'];
      const { exitCode, stderr } = await run('gpg', args, { input: file, timeout: 60_000 });
      if (exitCode !== 0)
        throw new Fault(
          'invalid',
          `${printable(question.spec.key ?? '')}: not a key: ${printable(stderr.trim().split('\n')[0] ?? '')}`,
          {
            hint: `gpg --show-keys ${printable(question.spec.key ?? '')}`,
          },
        );
    }
    // git is run as the repository's owner, and GnuPG with it
    const owner = ownerOf(question.git);
    if (owner !== undefined) giveTree(gnupg, owner);
    return await work(gnupg);
  } finally {
    rmSync(gnupg, { recursive: true, force: true });
  }
}

async function contentOf(git: string, commit: string): Promise<Map<string, string>> {
  const entries = await listTree(git, commit);
  return new Map(
    entries
      .filter(entry => !isGenerated(entry.rawPath))
      .map(entry => [entry.rawPath, `${entry.mode} ${entry.oid}`]),
  );
}

/** The first file that differs between two commits, as far as it was not generated. */
async function difference(git: string, one: string, other: string): Promise<string | undefined> {
  const from = await contentOf(git, one);
  const to = await contentOf(git, other);
  for (const [path, id] of from) if (to.get(path) !== id) return path;
  for (const path of to.keys()) if (!from.has(path)) return path;
  return undefined;
}

/** Second parents of the commit and of its first parent. */
async function mergedIn(question: Question): Promise<string[]> {
  const { git, remote, ref } = question;
  try {
    await fetchRef(git, remote, ref, incoming, { blobs: false, depth: 3 });
  } catch (error) {
    // a server of plain files gave the whole history already
    if (!(error instanceof Fault) || error.code !== 'refused') throw error;
  }
  const commit = await readCommit(git, question.commit);
  const first = commit?.parents[0];
  const before = first === undefined ? undefined : await readCommit(git, first);
  return [commit?.parents[1], before?.parents[1]].filter(oid => oid !== undefined);
}

async function upstreamHead(question: Question): Promise<string[]> {
  const { git, upstream } = question;
  if (upstream === undefined) return [];
  await fetchRef(git, upstream, 'HEAD', upstreamRef, { blobs: false, depth: 1 });
  const commit = await readCommit(git, upstreamRef);
  return commit === undefined ? [] : [commit.oid];
}

/** The signed commit that the commit is, or was made from; otherwise what is wrong. */
async function signedOrigin(question: Question, gnupg: string): Promise<{ oid: string } | { why: string }> {
  const { git, commit } = question;
  let why = signatureFault(await signatureStatus(git, commit, gnupg));
  if (why === undefined) return { oid: commit };
  // a mirror does not sign; who does, and wrongly, is no mirror
  if (why !== unsigned) return { why };
  for (const candidates of [mergedIn, upstreamHead])
    for (const candidate of await candidates(question)) {
      const fault = signatureFault(await signatureStatus(git, candidate, gnupg));
      const differs = fault === undefined ? await difference(git, commit, candidate) : undefined;
      if (fault === undefined && differs === undefined) return { oid: candidate };
      const what = fault ?? `${printable(differs ?? '')} differs`;
      why = `${unsigned}, and of ${candidate.slice(0, 12)}, which it may be made from, ${what}`;
    }
  return { why };
}

/**
 * Faults: `untrusted` unless the commit may be believed; `missing`, `invalid` (the key), `offline` (upstream). Returns a
 * note when what was signed is older than what was believed before: somebody may hold back the newer.
 */
export async function checkTrust(question: Question): Promise<string[]> {
  const { spec, git, commit, directory } = question;
  if (spec.key === undefined || isTrusted(spec, directory, commit)) return [];
  const origin = await withKeyring(question, gnupg => signedOrigin(question, gnupg));
  if ('why' in origin)
    throw new Fault('untrusted', `${printable(spec.name)}: ${commit.slice(0, 12)}: ${origin.why}`, {
      hint: `gpg --show-keys ${printable(spec.key)}`,
    });
  const before = readRecord(directory).time;
  const time = (await readCommit(git, origin.oid))?.time ?? 0;
  renew(join(directory, 'trusted'), `${recordOf(spec, commit)} ${time}\n`);
  return time < before
    ? [`rewound: what is signed, ${origin.oid.slice(0, 12)}, is older than what was signed before`]
    : [];
}
