import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { top } from '../kit/environment.ts';
import { expectDocumented } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

const list = join(top, 'test/portage/files/fixtures/repositories.xml');
let desk: Desk;
let overlayman: string;
let packages: string;
beforeAll(async () => {
  desk = await makeDesk({
    overlays: { whole: { ebuilds: { 'app-t/w-1': {} } } },
    observability: false,
  });
  overlayman = join(desk.root.directory, 'etc/overlayman');
  packages = join(overlayman, 'packages');
  mkdirSync(overlayman, { recursive: true });
  writeFileSync(join(overlayman, 'overlays.conf'), `repositories = ${list}\n[mine]\nsync-uri = /srv/mine\n`);
});
afterAll(() => desk.root.remove());

test('an empty list says what to do', () => {
  expect(desk.olm(['list'])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: `nothing is listed in ${packages}; to list something: olm add\n`,
  });
});

test('add, list, remove', () => {
  expect(desk.olm(['add', 'app-misc/foo::mirrored', '>=dev-x/y-2:0::mine'])).toMatchObject({
    status: 0,
    stderr: '',
    stdout: `${packages}:1: app-misc/foo::mirrored\n${packages}:2: >=dev-x/y-2:0::mine\nto get it: olm sync mirrored mine\n`,
  });
  expect(desk.olm(['add', 'app-misc/foo::mirrored'])).toMatchObject({
    status: 0,
    stdout: `${packages}:1: app-misc/foo::mirrored: there already\n`,
  });
  writeFileSync(packages, `${readFileSync(packages, 'utf8')}oops\n`);
  const { status, stdout, stderr } = desk.olm(['list']);
  expect([status, stderr]).toEqual([
    1,
    `tumpline: ${packages}:3: 'oops' is no package atom\ntry: olm search oops\n`,
  ]);
  expect(stdout).toBe(
    `mirrored  https://github.com/gentoo-mirror/mirrored\n  app-misc/foo::mirrored  ${packages}:1  not synced yet\n` +
      `mine  /srv/mine\n  >=dev-x/y-2:0::mine     ${packages}:2  not synced yet\n`,
  );
  for (const args of [['add', 'app-misc/foo::mirrored', 'a/b::mine'], ['list'], ['remove', 'a/b', 'dev-x/y']])
    expectDocumented('olm.md', JSON.parse(desk.olm([...args, '--json']).stdout));
  expect(desk.olm(['remove', 'app-misc/foo'])).toMatchObject({
    status: 0,
    stdout: `${packages}:1: app-misc/foo::mirrored: removed\nto have it taken away: olm sync mirrored\n`,
  });
  expect(readFileSync(packages, 'utf8')).toBe('oops\n');
});

test('the main repository needs no list', () => {
  const { status, stderr } = desk.olm(['add', '>=app-t/x-1::testbed', 'a/b::mine']);
  expect([status, stderr]).toEqual([
    1,
    "tumpline: >=app-t/x-1::testbed: ::testbed is the main repository, all of which is there\ntry: emerge --pretend '>=app-t/x-1::testbed'\n",
  ]);
});

test('an overlay that is not there, or that is configured whole', () => {
  const before = readFileSync(packages, 'utf8');
  expect(desk.olm(['add', 'a/b::mirrord'])).toMatchObject({
    status: 1,
    stdout: '',
    stderr: `tumpline: mirrord: no such overlay in ${list}\ntry: olm add 'a/b::mirrored'\n`,
  });
  expect(readFileSync(packages, 'utf8')).toBe(before);
  writeFileSync(join(overlayman, 'overlays.conf'), `repositories = /nowhere\n[whole]\nsync-uri = /srv/w\n`);
  expect(desk.olm(['add', 'app-t/w::whole'])).toMatchObject({
    status: 1,
    stdout: `${packages}:2: app-t/w::whole\n`,
    stderr: expect.stringMatching(
      /^tumpline: whole: all of it is configured, in .*\ntry: olm adopt whole\n$/,
    ),
  });
});
