/** A stamp that stands for the selected sets spares a call that names another set the look at them. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';

let place: string;
let bundle: string;

function put(path: string, text: string): void {
  mkdirSync(dirname(join(place, path)), { recursive: true });
  writeFileSync(join(place, path), text);
}

beforeAll(async () => {
  bundle = join(await builtTree(), 'lib/tumpline/sets.cjs');
});
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'spared-'));
  put('bin/emerge', '#!/usr/bin/python3\n');
  put(
    'watch.cjs',
    `const fs = require('node:fs'); const open = fs.openSync;
fs.openSync = (path, ...rest) => { process.stderr.write('opened ' + path + '\\n'); return open(path, ...rest); };`,
  );
  put(
    'usr/share/portage/config/sets/portage.conf',
    `[usersets]\nclass = portage.sets.files.StaticFileSet\nmultiset = true
directory = %(PORTAGE_CONFIGROOT)setc/portage/sets\nworld-candidate = true\n
[selected]\nclass = portage.sets.files.SelectedSet\n[world]\nclass = portage.sets.base.DummyPackageSet\npackages = @selected\n`,
  );
  for (const root of ['', 'other/']) {
    put(`${root}etc/portage/make.conf`, '');
    put(`${root}etc/portage/sets/chosen`, root === '' ? 'cat/a\n@part\n' : 'wrong\n');
    put(`${root}etc/portage/sets/part`, 'cat/b\n');
    put(`${root}etc/portage/sets/kit`, 'cat/c\n');
  }
  put('var/lib/portage/world_sets', '@chosen\n');
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

function look(args: readonly string[], more: Readonly<Record<string, string>> = {}) {
  const argv = ['-r', join(place, 'watch.cjs'), bundle, ...args];
  const env = { PATH: process.env['PATH'], HOME: place, PORTAGE_OVERRIDE_EPREFIX: place, ...more };
  const { stderr, status } = spawnSync(process.execPath, argv, { encoding: 'utf8', env });
  const lines = stderr.split('\n');
  const opened = lines.flatMap(line => /^opened .*\/portage\/sets\/(\w+)$/.exec(line)?.[1] ?? []).sort();
  return { status, opened, said: lines.filter(line => line.startsWith('tumpline')) };
}

const everything = ['chosen', 'kit', 'part'];
const kit = () => [join(place, 'bin/emerge'), '-p', '@kit'];
const stamped = () => look(['--stale', join(place, 'bin/emerge'), '-p', 'cat/z']);

test('only the set that is named is read', () => {
  expect(look(kit())).toEqual({ status: 0, opened: everything, said: [] });
  expect(stamped()).toEqual({ status: 0, opened: ['chosen', 'part'], said: [] });
  expect(look(kit())).toEqual({ status: 0, opened: ['kit'], said: [] });
});

test('what changed is looked at, and told', () => {
  stamped();
  put('etc/portage/sets/part', 'cat/b\nwrong\n');
  const { opened, said } = look(kit());
  expect([opened, said]).toEqual([everything, [expect.stringMatching(/part:2: 'wrong' is no atom/)]]);
});

test('the stamp says nothing about another configuration, nor about other repositories', () => {
  stamped();
  const { opened, said } = look(kit(), { PORTAGE_CONFIGROOT: join(place, 'other') });
  expect([opened, said]).toEqual([
    ['chosen', 'kit'],
    [expect.stringMatching(/chosen:1: 'wrong' is no atom/)],
  ]);
  expect(look(kit(), { PORTAGE_REPOSITORIES: '' }).opened).toEqual(everything);
});

test.each([[['-p', '@world']], [['-pc']]])('%j reads them all the same', words => {
  stamped();
  expect(look([join(place, 'bin/emerge'), ...words]).opened).toEqual(['chosen', 'part']);
});
