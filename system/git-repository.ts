/** What olm asks of git: refs of a server, fetching, reading a bare repository's objects. */
import { Fault } from './fault.ts';
import { gitLocal, gitRemote, type Remote, startGit } from './git.ts';
import { type Commit, parseBatch, parseCommit, parseTree, type TreeEntry } from './git-output.ts';
import { printable } from './printable.ts';

/** Ref name -> id, of HEAD and the branches whose names end so. Faults: `offline`. */
export async function remoteRefs(remote: Remote, patterns: readonly string[]): Promise<Map<string, string>> {
  const { stdout } = await gitRemote(undefined, ['ls-remote', '--', 'olm', ...patterns], remote);
  const refs = new Map<string, string>();
  for (const line of Buffer.from(stdout).toString('utf8').split('\n')) {
    const [oid, name] = line.split('\t');
    if (oid && name && /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(oid)) refs.set(name, oid);
  }
  return refs;
}

/** Makes an empty bare repository. */
export async function makeRepository(directory: string, format: 'sha1' | 'sha256'): Promise<void> {
  await gitLocal(directory, ['init', '-q', '--bare', '--template=', `--object-format=${format}`, directory], {
    environment: { GIT_DIR: directory },
  });
}

export interface FetchKind {
  /** files' contents as well */
  readonly blobs: boolean;
  /** as if nothing were here */
  readonly anew?: boolean;
  /** commits; undefined: the whole history and all contents, which is all that a server of plain files can give */
  readonly depth?: number;
}

/**
 * Fetches what `ref` names there, without files' contents where that is asked for and the server can do so, to
 * the ref `into`. Returns what it had to say.
 */
export async function fetchRef(
  directory: string,
  remote: Remote,
  ref: string,
  into: string,
  how: FetchKind,
): Promise<string> {
  const args = [
    'fetch',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--force',
    '--refmap=',
  ];
  if (how.depth !== undefined) args.push(`--depth=${how.depth}`, '--update-shallow');
  if (how.depth !== undefined) args.push(how.blobs ? '--no-filter' : '--filter=blob:none');
  if (how.anew) args.push('--refetch');
  const { stderr } = await gitRemote(directory, [...args, '--', 'olm', `+${ref}:${into}`], remote, {
    complete: how.depth === undefined,
  });
  return stderr;
}

/** Fetches single objects in one batch. Faults: `offline`, `refused` when the server gives only what a ref names. */
export async function fetchObjects(
  directory: string,
  remote: Remote,
  oids: readonly string[],
): Promise<void> {
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--refmap=',
  ];
  await gitRemote(directory, [...args, '--filter=blob:none', '--stdin', 'olm'], remote, {
    input: `${oids.join('\n')}\n`,
    settings: { 'fetch.negotiationAlgorithm': 'noop' },
  });
}

/** What a name stands for here; undefined where there is no such thing. Faults: `corrupt`. */
export async function readCommit(
  directory: string,
  name: string,
): Promise<(Commit & { oid: string }) | undefined> {
  const { stdout } = await gitLocal(directory, ['cat-file', '--batch'], { input: `${name}\n` });
  const object = parseBatch(stdout)?.[0];
  if (object?.type === undefined) return undefined;
  const commit = object.type === 'commit' ? parseCommit(object.content) : undefined;
  if (commit === undefined)
    throw new Fault('corrupt', `${printable(directory)}: ${printable(name)}: no sound commit`);
  return { ...commit, oid: object.oid };
}

/** All files of a commit; with `trees` the directories as well. Faults: `corrupt`. */
export async function listTree(directory: string, oid: string, trees = false): Promise<TreeEntry[]> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', ...(trees ? ['-t'] : []), oid];
  const entries = parseTree((await gitLocal(directory, args)).stdout);
  if (entries === undefined)
    throw new Fault('corrupt', `${printable(directory)}: the list of files is not whole`);
  return entries;
}

/** Bytes of each object; those that are not here are left out. */
export async function objectSizes(directory: string, oids: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  if (oids.length === 0) return sizes;
  const args = ['cat-file', '--batch-check', '--buffer'];
  // git looks for new packs once more for each object that is missing
  const { stdout } =
    oids.length > 500
      ? await gitLocal(directory, [...args, '--batch-all-objects', '--unordered'])
      : await gitLocal(directory, args, { input: `${oids.join('\n')}\n` });
  const wanted = new Set(oids);
  for (const line of Buffer.from(stdout).toString('latin1').split('\n')) {
    const [oid, type, size] = line.split(' ');
    if (oid && type !== 'missing' && size && wanted.has(oid)) sizes.set(oid, Number(size));
  }
  return sizes;
}

/** Contents of objects that are here. Faults: `corrupt` when one isn't, or isn't whole. */
export async function readObjects(
  directory: string,
  oids: readonly string[],
): Promise<Map<string, Uint8Array>> {
  const contents = new Map<string, Uint8Array>();
  if (oids.length === 0) return contents;
  const { stdout } = await gitLocal(directory, ['cat-file', '--batch', '--buffer'], {
    input: `${oids.join('\n')}\n`,
  });
  for (const object of parseBatch(stdout) ?? [])
    if (object.type === 'blob') contents.set(object.oid, object.content);
  const gone = oids.find(oid => !contents.has(oid));
  if (gone !== undefined)
    throw new Fault('corrupt', `${printable(directory)}: the object ${printable(gone)} is missing`);
  return contents;
}

/** Sets a ref, or removes it. */
export async function setRef(directory: string, ref: string, oid: string | undefined): Promise<void> {
  await gitLocal(directory, ['update-ref', ...(oid === undefined ? ['-d', ref] : [ref, oid])]);
}

/** Packs these objects, which have to be here, into one pack. Returns its name: `pack-HASH`. */
export async function packObjects(directory: string, oids: readonly string[]): Promise<string> {
  const { stdout } = await gitLocal(directory, ['pack-objects', '-q', `${directory}/objects/pack/pack`], {
    input: `${oids.join('\n')}\n`,
  });
  return `pack-${Buffer.from(stdout).toString('latin1').trim()}`;
}

/** What `git verify-commit --raw` says to a commit's signature, with that GNUPGHOME: GnuPG's status lines. */
export async function signatureStatus(directory: string, oid: string, gnupg: string): Promise<string> {
  const { stderr } = await startGit(['verify-commit', '--raw', oid], {
    directory,
    timeout: 60_000,
    settings: { 'gpg.format': 'openpgp', 'gpg.program': 'gpg', 'gpg.openpgp.program': 'gpg' },
    environment: { GNUPGHOME: gnupg, GIT_NO_LAZY_FETCH: '1' },
  });
  return stderr;
}
