/** The time that `tumpline graph --pretend` foretells. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { GraphDocument } from '../../wrappers/emerge/graph-document.ts';
import { emerge } from '../kit/environment.ts';
import { makeRoot, type Root } from '../testbed/root.ts';
import { builtTree } from './built.ts';

let tree = '';
let root: Root;

beforeAll(async () => {
  [tree, root] = await Promise.all([
    builtTree(),
    makeRoot({
      ebuilds: {
        'app-misc/a-2': { DEPEND: 'app-misc/b app-misc/c' },
        'app-misc/b-2': {},
        'app-misc/c-2': {},
        'app-misc/new-1': { DEPEND: 'app-misc/a' },
      },
      makeConf: { EMERGE_DEFAULT_OPTS: '--jobs=2' },
    }),
  ]);
});
afterAll(() => root?.remove());

async function graph(...args: readonly string[]): Promise<string> {
  const { stdout, stderr, exitCode } = await root.run(
    join(tree, 'bin/tumpline'),
    ['graph', '--pretend', ...args],
    {
      env: { TUMPLINE_EMERGE: emerge },
    },
  );
  expect(exitCode, stderr).toBe(0);
  return stdout;
}

/** Each built for that long and merged in a second, one after the other, from time `at` on. */
function remember(seconds: Readonly<Record<string, number>>): void {
  const lines = ['1750000000:  *** emerge app-misc/a'];
  let at = 1_750_000_000;
  Object.entries(seconds).forEach(([cpv, build], index, all) => {
    const place = `(${index + 1} of ${all.length})`;
    lines.push(`${at}:  >>> emerge ${place} ${cpv} to /`);
    lines.push(`${at + build}:  === ${place} Merging (${cpv}::/repo/${cpv}.ebuild)`);
    at += build + 1;
    lines.push(`${at}:  ::: completed emerge ${place} ${cpv} to /`);
  });
  mkdirSync(join(root.directory, 'var/log'), { recursive: true });
  writeFileSync(join(root.directory, 'var/log/emerge.log'), `${lines.join('\n')}\n`);
}

test('a log that knows nothing says nothing', async () => {
  expect(await graph('--', 'app-misc/a')).not.toContain('about');
  expect(await graph('--format=json', '--', 'app-misc/a')).not.toContain('predicted');
});

test('by the jobs of EMERGE_DEFAULT_OPTS, and by those that were asked for', async () => {
  remember({ 'app-misc/a-1': 100, 'app-misc/b-1': 300, 'app-misc/c-1': 59 });
  // b and c at once slow each other down, as far as nothing is known of that
  expect(await graph('--', 'app-misc/a')).toMatch(/\nabout [67]m\d\d at -j2, by the merges in emerge.log\n$/);
  expect(await graph('--', '--jobs=1', 'app-misc/a')).toContain('\nabout 7m42 at -j1, by the merges');
  expect(await graph('--', '--jobs', 'app-misc/a')).toContain(' at --jobs, by the merges');
  expect(await graph('--', 'app-misc/new')).toContain(', which knows nothing of 1 of the 4 packages\n');
});

test('as JSON', async () => {
  const { run, nodes } = JSON.parse(
    await graph('--format=json', '--', '--jobs=1', 'app-misc/new'),
  ) as GraphDocument;
  expect(run.predicted).toMatchObject({ jobs: 1, unknown: 1 });
  const known = nodes.map(({ cpv, predicted }) => [cpv, predicted]);
  expect(Object.fromEntries(known)).toEqual({
    'app-misc/a-2': 101,
    'app-misc/b-2': 301,
    'app-misc/c-2': 60,
    'app-misc/new-1': undefined,
  });
});
