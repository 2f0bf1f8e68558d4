/** The lines below a pretended picture, and the runs that are kept. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emerge } from '../kit/environment.ts';
import { ebuilds, graph, onTerminal, rootWith, tree } from './last-kit.ts';

test('a pretended list stands by reason, with the longest chain', async () => {
  const root = await rootWith({
    ebuilds: {
      ...ebuilds,
      'app-misc/old-1': {},
      'app-misc/old-2': { DEPEND: 'app-misc/free' },
      'app-misc/lib-1': { SLOT: '0/1' },
      'app-misc/lib-2': { SLOT: '0/2' },
      'app-misc/user-1': { DEPEND: 'app-misc/lib:=', RDEPEND: 'app-misc/lib:=' },
      'app-misc/flag-1': { IUSE: 'ssl' },
    },
    installed: {
      'app-misc/lib-1': { built: true },
      'app-misc/old-1': { built: true },
      'app-misc/user-1': { built: true },
      'app-misc/flag-1': { built: true, USE: '' },
    },
    packageUse: ['app-misc/flag ssl'],
    world: ['app-misc/user', 'app-misc/old', 'app-misc/flag', 'app-misc/top'],
  });
  const text = await graph(root, '--pretend', '--', '--update', '--deep', '--newuse', '@world');
  const after = text.slice(text.indexOf(' packages, ')).split('\n').slice(1);
  const groups = after
    .filter(line => / [\w-]+-\d+$/.test(line))
    .map(line => line.replace(/ +/g, ' ').split(' '));
  expect(Object.fromEntries(groups.map(([first = '', ...rest]) => [first, rest.join(' ')]))).toMatchObject({
    slot: 'rebuild 1 user-1',
    changed: 'USE 1 flag-1',
  });
  expect(
    groups
      .find(([first]) => first === 'new')
      ?.slice(2)
      .toSorted(),
  ).toEqual(['broken-1', 'free-1', 'needs-1', 'top-1'].toSorted());
  expect(
    groups
      .find(([first]) => first === 'upgrade')
      ?.slice(2)
      .toSorted(),
  ).toEqual(['lib-2', 'old-2']);
  expect(after).toContain('longest chain, 3 packages: broken ▸ needs ▸ top');
}, 120_000);

test('--runs lists them, --run shows one', async () => {
  const root = await rootWith({ observability: false });
  expect(await onTerminal(root, 'app-misc/free')).toBe(0);
  expect(await onTerminal(root, 'app-misc/top')).toBe(1);
  const rows = (await graph(root, '--runs')).trimEnd().split('\n');
  expect(rows).toEqual([
    expect.stringMatching(
      /^ 1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}exit 1 {4}0\/3 done {2}app-misc\/top {2}failed: app-misc\/broken-1$/,
    ),
    expect.stringMatching(/^ 2 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}exit 0 {4}1\/1 done {2}app-misc\/free$/),
  ]);
  const listed = JSON.parse(await graph(root, '--runs', '--format=json')) as Record<string, unknown>;
  expect(listed).toMatchObject({
    schema: 'tumpline.graph.runs/1',
    runs: [
      { number: 1, exit: 1, asked: ['app-misc/top'], total: 3, done: 0, failed: ['app-misc/broken-1'] },
      { number: 2, exit: 0, asked: ['app-misc/free'], targets: ['app-misc/free-1'], total: 1, done: 1 },
    ],
  });
  expect(await graph(root, '--run=1')).toBe(await graph(root, '--last'));
  expect(await graph(root, '--run=2')).toMatch(/exit 0 {2}1\/1 done {2}app-misc\/free\n$/);
  const wrong = await root.run(join(tree, 'bin/tumpline'), ['graph', '--run=3'], {
    env: { TUMPLINE_EMERGE: emerge },
  });
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stderr).toBe(
    "tumpline: graph --run: '3' is none of the 2 runs that are kept\ntry: tumpline graph --runs\n",
  );
  expect(readdirSync(join(root.directory, 'var/lib/tumpline/emerge')).length).toBe(2);
}, 120_000);
