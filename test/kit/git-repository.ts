/** Git repositories for tests: bare ones, with a fixed author and date and none of the machine's configuration. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** What a test may ask of a path beside an ordinary file's content. */
export type Entry =
  | string
  | Uint8Array
  | { readonly link: string }
  | { readonly commit: string }
  | { readonly executable: string };

export interface CommitOptions {
  readonly message?: string;
  /** committer's and author's, seconds; 1700000000 unless given */
  readonly date?: number;
  /** the signer's key id, which lies in `gnupg` */
  readonly sign?: string;
  /** the GNUPGHOME to sign with */
  readonly gnupg?: string;
  /** instead of gpg */
  readonly gpg?: string;
  /** `main` unless given */
  readonly branch?: string;
  /** instead of the branch's head; [] makes a root commit */
  readonly parents?: readonly string[];
  /** of a repository that is made by this; sha1 unless given */
  readonly format?: 'sha1' | 'sha256';
}

/** The environment in which git reads no configuration but the repository's own. */
export function bareEnvironment(more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env['PATH'],
    LC_ALL: 'C',
    HOME: '/nonexistent',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_AUTHOR_NAME: 'Larry',
    GIT_AUTHOR_EMAIL: 'larry@example.org',
    GIT_COMMITTER_NAME: 'Larry',
    GIT_COMMITTER_EMAIL: 'larry@example.org',
    ...more,
  };
}

/** Runs git in `directory` and returns its standard output, without the last line feed. Throws when it fails. */
export function git(
  directory: string,
  args: readonly string[],
  options: { input?: string | Uint8Array; env?: Record<string, string> } = {},
): string {
  const ended = spawnSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: directory,
    input: options.input ?? '',
    env: bareEnvironment(options.env),
    timeout: 120_000,
    maxBuffer: 256 * 1024 * 1024,
  });
  if (ended.status !== 0)
    throw new Error(`git ${args.join(' ')}: ${ended.error ?? ''} ${ended.stderr?.toString()}`);
  return ended.stdout.toString().replace(/\n$/, '');
}

function quoted(path: string): string {
  return `"${path.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`;
}

function modified(path: string, entry: Entry): readonly Uint8Array[] {
  if (typeof entry === 'object' && 'commit' in entry)
    return [Buffer.from(`M 160000 ${entry.commit} ${quoted(path)}\n`)];
  const plain = typeof entry === 'string' || entry instanceof Uint8Array;
  const mode = plain ? '100644' : 'link' in entry ? '120000' : '100755';
  const content = Buffer.from(plain ? entry : 'link' in entry ? entry.link : entry.executable);
  return [
    Buffer.from(`M ${mode} inline ${quoted(path)}\ndata ${content.length}\n`),
    content,
    Buffer.from('\n'),
  ];
}

/** Puts `commit` at the head of `branch`, and HEAD onto that branch. */
export function setBranch(directory: string, branch: string, commit: string): void {
  git(directory, ['update-ref', `refs/heads/${branch}`, commit]);
  git(directory, ['symbolic-ref', 'HEAD', `refs/heads/${branch}`]);
}

function headOf(directory: string, branch: string): string | undefined {
  try {
    return git(directory, ['rev-parse', '--verify', '-q', `refs/heads/${branch}`]);
  } catch {
    return undefined;
  }
}

/** Commits a tree that is in the repository. Returns the commit's id. */
export function commitTreeId(directory: string, tree: string, options: CommitOptions = {}): string {
  const branch = options.branch ?? 'main';
  const head = headOf(directory, branch);
  const parents = options.parents ?? (head === undefined ? [] : [head]);
  const date = `${options.date ?? 1_700_000_000} +0000`;
  const commit = git(
    directory,
    [
      ...(options.gpg === undefined ? [] : ['-c', `gpg.program=${options.gpg}`]),
      'commit-tree',
      tree,
      ...parents.flatMap(parent => ['-p', parent]),
      ...(options.sign === undefined ? [] : [`-S${options.sign}`]),
      '-m',
      options.message ?? 'a commit',
    ],
    {
      env: {
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_DATE: date,
        ...(options.gnupg === undefined ? {} : { GNUPGHOME: options.gnupg }),
      },
    },
  );
  setBranch(directory, branch, commit);
  return commit;
}

/**
 * Makes `files` (path -> content) the whole tree of a new commit on the branch, in the bare repository `directory`, which
 * is made where it is missing. Returns the commit's id.
 */
export function commitTree(
  directory: string,
  files: Readonly<Record<string, Entry>>,
  options: CommitOptions = {},
): string {
  if (!existsSync(directory))
    git('/', [
      'init',
      '-q',
      '--bare',
      `--object-format=${options.format ?? 'sha1'}`,
      '--template=',
      directory,
    ]);
  const stream: Uint8Array[] = [
    Buffer.from(
      'commit refs/tumpline/tree\ncommitter Larry <larry@example.org> 1700000000 +0000\ndata 0\n\ndeleteall\n',
    ),
  ];
  for (const [path, entry] of Object.entries(files)) stream.push(...modified(path, entry));
  git(directory, ['fast-import', '--quiet', '--force'], { input: Buffer.concat(stream) });
  const tree = git(directory, ['rev-parse', 'refs/tumpline/tree^{tree}']);
  git(directory, ['update-ref', '-d', 'refs/tumpline/tree']);
  return commitTreeId(directory, tree, options);
}
