/** Real runs of every kind through the front, on a terminal of their own, and what emerge.log and the VDB say of them. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import type { GraphDocument } from '../../../../wrappers/emerge/graph-document.ts';
import { builtTree } from '../../../commands/built.ts';
import { emerge } from '../../../kit/environment.ts';
import type { Root } from '../../../testbed/root.ts';

let tree = '';
beforeAll(async () => {
  tree = await builtTree();
});

/** What a test of the front gives it besides the root's environment. */
export function frontEnvironment(root: Root): Record<string, string> {
  return {
    ...root.environment,
    TUMPLINE_EMERGE: emerge,
    TUMPLINE_DEBUG: join(root.directory, 'tmp/debug'),
    PATH: `${join(tree, 'bin')}:${root.environment['PATH']}`,
  };
}

export interface Ran {
  readonly status: number | undefined;
  /** All that came to the terminal. */
  readonly output: string;
  /** Lines of emerge.log since the run began. */
  readonly log: readonly string[];
  /** What the run left for `graph --last`, if it was shown. */
  readonly kept: GraphDocument | undefined;
}

const logFile = 'var/log/emerge.log';
let count = 0;

interface Around {
  /** sh that is run in the terminal first. */
  readonly before?: string;
  /** The directory that ROOT names, with EPREFIX behind it. */
  readonly below?: string;
}

/** `emerge WORDS` through the front on a terminal. */
export async function merge(root: Root, words: string, { before = '', below }: Around = {}): Promise<Ran> {
  count += 1;
  const script = join(root.directory, `tmp/merge-${count}.sh`);
  const line = `stty rows 40 columns 120\n${before}\nemerge --color=n ${words}\n`;
  writeFileSync(script, line);
  const logged = (root.readText(logFile) ?? '').length;
  const known = new Set(kept(root, below).map(({ run }) => run.pid));
  const env = { ...frontEnvironment(root), TERM: 'xterm', SHELL: '/bin/sh' };
  const { exitCode, stdout } = await root.run('script', ['-qefc', `sh ${script}`, '/dev/null'], {
    env,
    timeout: 280_000,
  });
  // nothing that emerge says or asks before it merges stands above a region
  const region = stdout.replaceAll('\x1b', '^').search(/\^\[1;\d+r/);
  if (words.includes('--verbose') && region !== -1)
    expect(region, stdout).toBeGreaterThan(stdout.indexOf('\nTotal: '));
  return {
    status: exitCode,
    output: stdout,
    log: (root.readText(logFile) ?? '').slice(logged).split('\n').filter(Boolean),
    kept: kept(root, below).find(({ run }) => !known.has(run.pid)),
  };
}

/** All runs that were written down below the root, or below another ROOT. */
export function kept(root: Root, below = root.directory): GraphDocument[] {
  const folder = join(below, 'var/lib/tumpline/emerge');
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder).filter(name => name.startsWith('run-'));
  return names.map(name => JSON.parse(readFileSync(join(folder, name), 'utf8')) as GraphDocument);
}

/** The document that `tumpline graph --last` prints where ROOT is that. */
export async function last(root: Root, at: string): Promise<GraphDocument> {
  const env = { ...frontEnvironment(root), ROOT: at };
  const args = ['graph', '--last', '--format=json'];
  const { stdout, stderr } = await root.run(join(tree, 'bin/tumpline'), args, { env });
  expect(stderr).toBe('');
  return JSON.parse(stdout) as GraphDocument;
}

export function statesOf({ nodes }: GraphDocument): Record<string, string> {
  return Object.fromEntries(nodes.map(({ id, state }) => [id.replace(/^(.*:)?[^/]*\//, '$1'), state]));
}

/** What `--verbose` has emerge print first: cpvs in merge order. */
export function printedList(output: string): string[] {
  const block = output.slice(0, output.indexOf('\nTotal: '));
  return [...block.matchAll(/^\[(?:ebuild|binary) [^\]]*\] (\S+?)(?::\S*)?(?:\s|$)/gm)].map(
    ([, cpv = '']) => cpv,
  );
}

/** cpvs that emerge.log calls merged, in that order. */
export function completedIn(log: readonly string[]): string[] {
  return log.flatMap(line => /::: completed emerge \(\d+ of \d+\) (\S+) to /.exec(line)?.[1] ?? []);
}

/** Whether the VDB holds a package that was merged since a moment in epoch milliseconds. */
function mergedSince(directory: string, cpv: string, since: number): boolean {
  const entry = join(directory, 'var/db/pkg', cpv);
  return existsSync(entry) && statSync(entry).mtimeMs >= since;
}

/**
 * What must hold of every record: as many packages in the same order as emerge printed (with --verbose), done what
 * emerge.log and the VDB call merged and nothing else, its exit status, and the failures that are named have failed.
 */
export function expectTrue(root: Root, { status, output, log, kept: document }: Ran, below?: string): void {
  const told = `${output}\n${log.join('\n')}\n${root.readText('tmp/debug')}`;
  expect(document, told).toBeDefined();
  const { nodes = [], failures = [], run } = document ?? {};
  const listed = nodes.filter(({ type }) => type !== 'installed');
  expect(
    listed.map(({ cpv }) => cpv),
    told,
  ).toEqual(printedList(output));
  const done = listed.filter(({ state }) => state === 'done').map(({ cpv }) => cpv);
  expect(done.toSorted(), told).toEqual(completedIn(log).toSorted());
  const since = (run?.started ?? 0) * 1000;
  for (const { cpv, root: at, state } of listed) {
    const place = at === '/' ? root.directory : (below ?? join(at, root.eprefix));
    expect([cpv, mergedSince(place, cpv, since)], told).toEqual([cpv, state === 'done']);
  }
  expect(run?.exit ?? status, told).toBe(status);
  expect(failures.map(({ id }) => id)).toEqual(
    listed.filter(({ state }) => state === 'failed').map(({ id }) => id),
  );
  const over = new Set(['waiting', 'done', 'failed', 'dropped']);
  expect(listed.filter(({ state }) => !over.has(state))).toEqual([]);
}
