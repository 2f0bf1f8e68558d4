/** `tumpline sets list`, `show` and `expand`, beside Portage's own answers. */
import { spawnSync } from 'node:child_process';
import { rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { portageSets } from '../sets/portage-sets.ts';
import { setsJson } from './documented.ts';
import { type Desk, makeDesk } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk({
    observability: false,
    ebuilds: {
      'app-t/a-1': {},
      'app-t/b-1': {},
      'app-t/b-2': {},
      'app-t/c-1': { IUSE: 'foo' },
      'app-t/slotted-1': { SLOT: '1' },
      'app-t/slotted-2': { SLOT: '2' },
      'lib-t/x-1': {},
    },
    installed: {
      'app-t/a-1': {},
      'app-t/b-1': {},
      'app-t/c-1': { IUSE: 'foo', USE: 'foo' },
      'app-t/slotted-1': { SLOT: '1' },
      'lib-t/x-1': {},
    },
    world: ['app-t/a'],
    worldSets: ['@kit', '@gone'],
    sets: {
      kit: ['# tools', 'app-t/a', '>=app-t/b-2  # newer', '@inner', 'app-t/slotted:2'],
      inner: ['app-t/c[foo]', 'app-x/nothing', 'app-t/slotted:1'],
      'deep/er': ['app-t/b', 'app-t/b::testbed', 'app-t/b::elsewhere'],
      tools: ['app-t/a', 'app-t/b', 'lib-t/x'],
      ours: ['?app-x/nothing', '?app-t/b', 'foo? ( app-t/c )', '!foo? ( lib-t/x )', '-app-t/a', '@tools'],
      broken: ['app-t/a app-t/b', 'solo', '@nope', '@broken'],
    },
    portageConfig: { 'sets/kit.metadata': 'description:\nThings for\nwork\n' },
    profile: { packages: ['*lib-t/x'], 'make.defaults': ['USE="foo"'] },
  });
});
afterAll(() => desk.root.remove());

const native = ['kit', 'inner', 'deep/er', 'tools'];

interface Listed {
  sets: {
    name: string;
    total: number | null;
    installed: number | null;
    description: string | null;
    broken: boolean;
  }[];
  gone: string[];
}

const json = <T = Record<string, unknown>>(status: number, ...args: string[]) =>
  setsJson<T>(desk, status, args);

function text(...args: string[]): string {
  const run = desk.tumpline(['sets', ...args]);
  expect([run.status, run.stderr]).toEqual([0, '']);
  return run.stdout;
}

describe('list', () => {
  test.skipIf(quick)(
    'names the sets that emerge --list-sets names, with sizes and descriptions as Portage has them',
    async () => {
      const { sets, gone } = json<Listed>(0, 'list');
      const names = (await desk.root.emerge(['--list-sets'])).stdout.trim().split('\n');
      expect(sets.map(({ name }) => name).sort()).toEqual(names.sort());
      expect(gone).toEqual(['gone']);
      const known = await portageSets(desk.root, ...native);
      for (const name of native) {
        const found = sets.find(one => one.name === name);
        expect([name, found?.total, found?.installed]).toEqual([
          name,
          known[name]?.atoms.length,
          known[name]?.installed,
        ]);
      }
      expect(sets.find(({ name }) => name === 'kit')).toMatchObject({
        description: known['kit']?.description,
        selected: true,
        entries: 4,
        origin: 'user',
        broken: false,
        path: join(desk.root.directory, 'etc/portage/sets/kit'),
      });
      expect(sets.find(({ name }) => name === 'broken')).toMatchObject({ broken: true, selected: false });
      expect(sets.find(({ name }) => name === 'system')).toMatchObject({ total: null, origin: 'portage' });
      expect(sets.find(({ name }) => name === 'ours')).toMatchObject({ total: 3, installed: 3, entries: 6 });
    },
  );

  test.skipIf(quick)('starts no Python for sets without conditions', () => {
    const tracing = desk.root.directory;
    writeFileSync(join(tracing, 'python3'), '#!/bin/sh\nexit 97\n', { mode: 0o755 });
    writeFileSync(join(tracing, 'emerge'), `#!${tracing}/python3\n`, { mode: 0o755 });
    const own = join(tracing, 'etc/portage/sets/ours');
    const { stdout: before } = desk.tumpline(['sets', 'list']);
    writeFileSync(own, '?app-x/nothing\n');
    const run = desk.tumpline(['sets', 'list'], { TUMPLINE_EMERGE: join(tracing, 'emerge') });
    expect([run.status, run.stderr]).toEqual([0, '']);
    const without = (all: string) => all.replace(/^ *@ours.*$/m, '');
    expect(without(run.stdout)).toBe(without(before));
    writeFileSync(own, '?app-x/nothing\n?app-t/b\nfoo? ( app-t/c )\n!foo? ( lib-t/x )\n-app-t/a\n@tools\n');
  });

  test('fits 80 columns', () => {
    const shown = text('list');
    expect(shown).toMatch(/^\* @kit +4 +3\/6 {2}user +Things for work$/m);
    expect(shown).toMatch(/^ {2}@broken .* broken: tumpline sets check$/m);
    expect(shown).toMatch(/@gone {2}is selected, but there is no such set/);
    expect(Math.max(...shown.split('\n').map(line => line.length))).toBeLessThanOrEqual(80);
    expect(text('list', '--all')).toMatch(/^ {2}@world +\? +\? {2}portage$/m);
  });
});

describe('show', () => {
  test('each member with its state and its line', () => {
    const shown = text('show', '@kit').replaceAll(desk.root.directory, '');
    expect(shown).toBe(`@kit  selected, 3 of 6 installed
  Things for work
  /etc/portage/sets/kit
├─ app-t/a                                  a-1  :2
├─ >=app-t/b-2                              missing  :3
├─ @inner                                   /etc/portage/sets/inner  :4
│  ├─ app-t/c[foo]                          c-1  :1
│  ├─ app-x/nothing                         missing  :2
│  └─ app-t/slotted:1                       slotted-1  :3
└─ app-t/slotted:2                          missing  :5
`);
    json(0, 'show', 'kit');
  });

  test.skipIf(quick)('optional, conditional and excluded members', () => {
    const members = json<{ tree: { members: object[] } }>(0, 'show', 'ours').tree.members;
    expect(members).toMatchObject([
      { kind: 'atom', text: 'app-x/nothing', optional: true, state: 'optional' },
      { kind: 'atom', text: 'app-t/b', state: 'installed' },
      { kind: 'conditional', flag: 'foo', holds: true, members: [{ state: 'installed' }] },
      { kind: 'conditional', negated: true, holds: false, members: [{ state: 'inactive' }] },
      { kind: 'without', text: 'app-t/a', line: 5 },
      {
        kind: 'set',
        set: { members: [{ state: 'excluded' }, { state: 'repeated' }, { state: 'installed' }] },
      },
    ]);
  });

  test.skipIf(quick)("Portage's own sets, asked of Portage", async () => {
    const { tree } = json<{ tree: { members: { text: string }[] } }>(0, 'show', 'system');
    const { system } = await portageSets(desk.root, 'system');
    expect(tree.members.map(({ text: atom }) => atom)).toEqual(system?.atoms);
  });

  test.skipIf(quick)('an expression, by itself and in a file', () => {
    expect(text('show', '@tools-@kit')).toBe(`@tools-@kit  2 of 2 installed
├─ app-t/b                                  b-1
└─ lib-t/x                                  x-1
`);
    const wrong = desk.tumpline(['sets', 'show', '@tools-@kti']);
    expect([wrong.status, wrong.stderr]).toEqual([
      1,
      'tumpline: @kti: there is no such set\ntry: tumpline sets show kit\n',
    ]);
    writeFileSync(join(desk.root.directory, 'etc/portage/sets/sum'), 'app-t/a\n@tools-@kit\n-lib-t/x\n');
    expect(json(0, 'show', 'sum')).toMatchObject({
      total: 2,
      tree: {
        members: [
          { kind: 'atom' },
          { kind: 'set', set: { shown: 'whole', members: [{ state: 'installed' }, { state: 'excluded' }] } },
          { kind: 'without' },
        ],
      },
      problems: [],
    });
    rmSync(join(desk.root.directory, 'etc/portage/sets/sum'));
  });

  test('what is wrong is told with file and line; an unknown set is a failure', () => {
    const shown = text('show', 'broken');
    expect(shown).toContain("sets/broken:1: 'app-t/b' is a second word");
    expect(shown).toContain("sets/broken:3: there is no set '@nope'");
    expect(shown).toContain('goes round in a circle');
    const run = desk.tumpline(['sets', 'show', 'ki']);
    expect([run.status, run.stderr]).toEqual([
      1,
      'tumpline: @ki: there is no such set\ntry: tumpline sets show kit\n',
    ]);
  });

  test.skipIf(quick)('what is no sound file spoils nothing but itself', () => {
    const directory = join(desk.root.directory, 'etc/portage/sets');
    const before = json<Listed>(0, 'list').sets;
    symlinkSync('loop', join(directory, 'loop'));
    symlinkSync('/nowhere', join(directory, 'dangling'));
    spawnSync('mkfifo', [join(directory, 'fifo')]);
    writeFileSync(
      join(directory, 'garbage'),
      Buffer.from(Array.from({ length: 9999 }, (_, at) => (at * 7) % 256)),
    );
    const { sets } = json<Listed>(0, 'list');
    const odd = ['dangling', 'fifo', 'garbage', 'loop'];
    expect(sets.filter(({ name }) => !odd.includes(name))).toEqual(before);
    expect(sets.filter(({ name }) => odd.includes(name)).map(one => one.broken)).toEqual([
      true,
      true,
      true,
      true,
    ]);
    const checked = desk.tumpline(['sets', 'check']);
    expect([checked.status, checked.stderr]).toEqual([1, '']);
    expect(checked.stdout).toMatch(/garbage: \d+ more\n/);
    expect(checked.stdout.split('\n').length).toBeLessThan(100);
    for (const name of odd) rmSync(join(directory, name));
  });

  test.skipIf(quick)('nothing of a file reaches the terminal as it is', () => {
    const file = join(desk.root.directory, 'etc/portage/sets/evil');
    writeFileSync(file, 'app-t/a \u001b[2J\n@\u001b]0;title\u0007\n');
    writeFileSync(`${file}.metadata`, 'description:\n\u001b[31mred\n');
    for (const args of [['show', 'evil'], ['list'], ['check', 'evil']]) {
      const { stdout, stderr } = desk.tumpline(['sets', ...args]);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there
      expect(stdout + stderr).not.toMatch(/[\u001b\u0007]/);
    }
  });
});

describe('expand', () => {
  test.skipIf(quick)('the atoms are those that Portage takes', async () => {
    const known = await portageSets(desk.root, ...native, 'world', 'selected-packages', 'system');
    for (const name of [...native, 'selected-packages', 'system'])
      expect([name, ...text('expand', `@${name}`).trim().split('\n').sort()]).toEqual([
        name,
        ...(known[name]?.atoms ?? []),
      ]);
  });

  test.skipIf(quick)('operators, several sets, and what cannot be told', () => {
    expect(text('expand', '@tools-@kit')).toBe('app-t/b\nlib-t/x\n');
    expect(text('expand', '@tools/@kit')).toBe('app-t/a\n>=app-t/b-2\n');
    expect(text('expand', '@kit-@inner+@tools').split('\n')).toContain('lib-t/x');
    expect(text('expand', 'tools', '@inner').trim().split('\n')).toHaveLength(6);
    expect(text('expand', '@ours')).toBe('app-t/b\napp-t/c\nlib-t/x\n');
    expect(json(0, 'expand', '@tools')).toMatchObject({
      atoms: [{ atom: 'app-t/a', set: 'tools', line: 1 }, {}, {}],
    });
    const broken = desk.tumpline(['sets', 'expand', 'broken']);
    expect([broken.status, broken.stdout]).toEqual([1, '']);
    expect(broken.stderr).toMatch(
      /sets\/broken:1: 'app-t\/b' is a second word.*\ntry: tumpline sets check\n/,
    );
    const unknown = desk.tumpline(['sets', 'expand', '@kit-@tolls', '--json']);
    expect(unknown.status).toBe(1);
    expect(JSON.parse(unknown.stdout)).toMatchObject({ error: { hint: 'tumpline sets show tools' } });
  });
});
