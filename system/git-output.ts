/** What git's plumbing prints: gitformat-commit, git-ls-tree(1) and git-cat-file(1) with --batch. */
import { createHash } from 'node:crypto';

export interface TreeEntry {
  /** six octal digits: 100644, 100755, 120000 (link), 160000 (commit of a submodule) */
  readonly mode: string;
  readonly type: string;
  readonly oid: string;
  /** bytes as Latin-1, whatever they mean */
  readonly rawPath: string;
}

/** `ls-tree -z`; undefined when it isn't that. */
export function parseTree(output: Uint8Array): TreeEntry[] | undefined {
  const entries: TreeEntry[] = [];
  const records = Buffer.from(output.buffer, output.byteOffset, output.byteLength)
    .toString('latin1')
    .split('\0');
  if (records.pop() !== '') return undefined;
  for (const record of records) {
    const tab = record.indexOf('\t');
    const [mode, type, oid, more] = record.slice(0, tab).split(' ');
    if (tab < 0 || !mode || !type || !oid || more !== undefined) return undefined;
    entries.push({ mode, type, oid, rawPath: record.slice(tab + 1) });
  }
  return entries;
}

export interface GitObject {
  readonly oid: string;
  /** undefined: the object is missing */
  readonly type: string | undefined;
  readonly content: Uint8Array;
}

/** `cat-file --batch`; undefined when it ends too early or isn't that. */
export function parseBatch(output: Uint8Array): GitObject[] | undefined {
  const objects: GitObject[] = [];
  const bytes = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
  for (let at = 0; at < bytes.length; ) {
    const end = bytes.indexOf(10, at);
    if (end < 0) return undefined;
    const [oid = '', type, size, more] = bytes.toString('latin1', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') {
      objects.push({ oid, type: undefined, content: new Uint8Array() });
      continue;
    }
    const length = Number(size);
    if (type === undefined || more !== undefined || !/^\d+$/.test(size ?? '')) return undefined;
    if (at + length >= bytes.length || bytes[at + length] !== 10) return undefined;
    objects.push({ oid, type, content: bytes.subarray(at, at + length) });
    at += length + 1;
  }
  return objects;
}

export interface Commit {
  readonly tree: string;
  readonly parents: readonly string[];
  /** committer date, seconds */
  readonly time: number;
  readonly signed: boolean;
}

/** A commit object's header lines; undefined where there is no tree or no committer. */
export function parseCommit(content: Uint8Array): Commit | undefined {
  const text = Buffer.from(content).toString('latin1');
  const end = text.indexOf('\n\n');
  const lines = text.slice(0, end < 0 ? undefined : end).split('\n');
  const tree = /^tree ([0-9a-f]+)$/.exec(lines[0] ?? '')?.[1];
  const committer = lines.find(line => line.startsWith('committer '));
  const time = / (-?\d{1,15}) [+-]\d+$/.exec(committer ?? '')?.[1];
  if (tree === undefined || time === undefined) return undefined;
  return {
    tree,
    parents: lines.flatMap(line => /^parent ([0-9a-f]+)$/.exec(line)?.[1] ?? []),
    time: Number(time),
    signed: lines.some(line => line.startsWith('gpgsig')),
  };
}

/** The id that git gives a file's content; 64 digits where the repository goes by SHA-256. */
export function blobId(content: Uint8Array, format: 'sha1' | 'sha256' = 'sha1'): string {
  return createHash(format).update(`blob ${content.length}\0`).update(content).digest('hex');
}

/** The sentence that tells why git failed: the first `fatal:` or `error:`, without what it says after that. */
export function gitReason(stderr: string): string {
  const lines = stderr
    .split(/[\n\r]/)
    .map(line => line.trim())
    .filter(line => line !== '');
  const chosen =
    lines.find(
      line => /^(fatal|error|ssh|kex_exchange|ERR):?/.test(line) && !/RPC failed; HTTP/.test(line),
    ) ??
    lines.find(line => !line.startsWith('warning:') && !line.startsWith('hint:')) ??
    lines[0] ??
    'it said nothing';
  return chosen.replace(/^(fatal|error|ERR):? */, '').replace(/^remote: */, '');
}

const network =
  /unable to access|[Cc]ould not resolve|unable to (connect|look up)|Connection (refused|reset|timed out|closed)|timed out|early EOF|hung up|unexpected disconnect|RPC failed|Could not read from remote|[Rr]epository .*not found|not valid: is this a git repository|Authentication failed|could not read (Username|Password)|terminal prompts disabled|Host key verification|access denied|does not appear to be a git repository|expected flush|expected 'packfile'|invalid server response|unable to negotiate|protocol error|bad line length|remote error|remote end|returned error|[Nn]etwork is unreachable|No route to host|SSL|TLS|gnutls|transfer closed|Operation too slow|protocol .* not (allowed|supported)|transport '.*' not allowed|is not a (git command|valid remote)|unable to find remote helper/;

/** What kind of trouble it is: with the server, with the disk, that single objects are not given, or with our own repository. */
export function gitTrouble(stderr: string): 'network' | 'space' | 'rights' | 'unadvertised' | 'other' {
  if (/No space left on device|Disk quota exceeded|write error: No space/.test(stderr)) return 'space';
  if (/Read-only file system|insufficient permission/.test(stderr)) return 'rights';
  if (/unadvertised object|not our ref|dumb http transport does not support/.test(stderr))
    return 'unadvertised';
  if (network.test(stderr)) return 'network';
  return /Permission denied/.test(stderr) ? 'rights' : 'other';
}
