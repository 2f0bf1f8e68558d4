/** What V8 made of the front at build time is taken where it is right, and the text counts in any case. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';

let place: string;
let watch: string;
const kept = `sets-front-${process.version}-${process.arch}.v8`;
beforeAll(async () => {
  const tree = await builtTree();
  place = mkdtempSync(join(tmpdir(), 'launch-'));
  cpSync(join(tree, 'lib/tumpline'), join(place, 'built'), { recursive: true });
  mkdirSync(join(place, 'root/bin'), { recursive: true });
  writeFileSync(join(place, 'root/bin/emerge'), '#!/usr/bin/python3\n');
  watch = join(place, 'watch.cjs');
  writeFileSync(
    watch,
    `const vm = require('node:vm'); vm.Script = class extends vm.Script { constructor(...given) {
      super(...given); process.stderr.write(given[1].cachedData ? 'rejected: ' + this.cachedDataRejected : 'none'); } };`,
  );
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

/** Changes a copy of what was built, and runs it; stderr says what became of the kept code. */
function launched(change: (lib: string) => void, flags: readonly string[] = []) {
  const lib = join(place, 'changed');
  rmSync(lib, { recursive: true, force: true });
  cpSync(join(place, 'built'), lib, { recursive: true });
  change(lib);
  const root = join(place, 'root');
  const args = [...flags, '-r', watch, join(lib, 'sets.cjs'), '--info', join(root, 'bin/emerge')];
  const env = { PATH: process.env['PATH'], HOME: place, PORTAGE_OVERRIDE_EPREFIX: root };
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  return { stdout, stderr, status };
}

const sound = { stdout: 'USER_SETS_PATH=""\n', status: 0 };

test('it is taken as it was built', () => {
  expect(launched(() => {})).toEqual({ ...sound, stderr: 'rejected: false' });
});

test('a text of the same length that says something else counts', () => {
  const found = launched(lib => {
    const path = join(lib, 'sets-front.cjs');
    writeFileSync(path, readFileSync(path, 'utf8').replace('`USER_SETS_PATH="', '`THEIR_SET_PATH="'));
  });
  expect(found).toEqual({ stdout: 'THEIR_SET_PATH=""\n', stderr: 'none', status: 0 });
});

test('another V8 turns it down', () => {
  expect(launched(() => {}, ['--no-opt'])).toEqual({ ...sound, stderr: 'rejected: true' });
});

test.each([
  ['none', (path: string) => rmSync(path)],
  ['an empty one', (path: string) => writeFileSync(path, '')],
  [
    'the text alone',
    (path: string) => writeFileSync(path, readFileSync(join(place, 'built/sets-front.cjs'))),
  ],
])('%s', (_, change) => {
  expect(launched(lib => change(join(lib, kept)))).toEqual({ ...sound, stderr: 'none' });
});

test('no code of V8 before the text', () => {
  const found = launched(lib => {
    const text = readFileSync(join(lib, 'sets-front.cjs'));
    writeFileSync(join(lib, kept), Buffer.concat([Buffer.alloc(4096, 1), text]));
  });
  expect(found).toEqual({ ...sound, stderr: 'rejected: true' });
});
