/** When Node is asked, and when nothing is started but emerge. */
import { existsSync, rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { python } from '../kit/environment.ts';
import { folder, writeProgram } from '../wrappers/emerge/front-kit.ts';
import { begin, pair, put, useRoots, whole } from './kit.ts';

useRoots();
let fake: string;
let real: string;
beforeAll(() => {
  fake = folder();
  writeProgram(join(fake, 'node'), `#!/bin/sh\n: >${fake}/asked\nexit 99\n`);
  real = writeProgram(join(fake, 'emerge'), `#!${python}\nimport sys\nprint('emerge', *sys.argv[1:])\n`);
});
afterAll(() => rmSync(fake, { recursive: true, force: true }));

/** A call through the wrapper in which Node only leaves a mark; whether it did. */
async function asked(args: readonly string[], env: Record<string, string> = {}): Promise<boolean> {
  rmSync(join(fake, 'asked'), { force: true });
  const { exitCode, stdout } = await pair.wrapped.run(join(pair.tree, 'bin/emerge'), args, {
    env: { PATH: `${fake}:/usr/bin:/bin`, TUMPLINE_EMERGE: real, ...env },
  });
  const seen = existsSync(join(fake, 'asked'));
  expect({ exitCode, stdout }).toEqual(
    seen ? { exitCode: 1, stdout: '' } : { exitCode: 0, stdout: `emerge ${args.join(' ')}\n` },
  );
  return seen;
}

/** A real look, which writes the stamp where all is well. */
async function look(args: readonly string[] = ['-p', 'app-t/kit']): Promise<string> {
  const { stderr } = await pair.wrapped.run(join(pair.tree, 'bin/emerge'), args, {
    env: { TUMPLINE_EMERGE: real },
  });
  return stderr;
}

test('no set anywhere: nothing is asked', async () => {
  begin({ sets: { s: 'app-t/a\n' } });
  for (const args of [
    ['app-t/f'],
    ['-uDN', 'world'],
    ['-uDN', '@world', '@preserved-rebuild'],
    ['-c'],
    ['-C', 'app-t/f'],
    ['--sync'],
    ['-C', '@world'],
    ['kit', '-j4'],
  ])
    expect(await asked(args), args.join(' ')).toBe(false);
});

whole('what concerns sets', () => {
  const words = [
    ['@s'],
    ['s'],
    ['--package-set=s'],
    ['-C', 's'],
    ['--config', 'world'],
    ['world', '--config'],
    ['preserved-rebuild'],
    ['app-t/f', '--exclude', '@s'],
    ['--root=/x', 'app-t/f'],
    ['--config-root', '/x', 'app-t/f'],
    ['--pref=/x', 'app-t/f'],
    ['--sysroot', '/x', 'app-t/f'],
    ['kde:6'],
    ['app-t/x'],
    ['-p', '@world', '--exclude', '@system'],
    ['-p', '--exclude=app-t/f', 'world'],
    ['-1X', '@world'],
    ['--config', '@world'],
    ['@world', '@s'],
    ['@kit-@live-rebuild'],
    ['@installed'],
    ['@kit'],
  ];
  test.each(words.map(args => [args.join(' '), args] as const))('%s', async (_name, args) => {
    begin({ sets: { s: 'app-t/a\n', 'kde-6': 'app-t/a\n', 'app-t/x': 'app-t/a\n' } });
    expect(await asked(args)).toBe(true);
  });

  test('a file that is called as a set of Portage', async () => {
    begin({ sets: { world: 'app-t/a\n' } });
    expect(await asked(['-u', '@world'])).toBe(true);
    expect(await asked(['-u', 'world'])).toBe(true);
    expect(await asked(['-u', '@system'])).toBe(false);
  });

  test('EMERGE_DEFAULT_OPTS in make.conf and in the environment', async () => {
    begin({ sets: { s: 'app-t/a\n' } });
    expect(await asked(['app-t/f'], { EMERGE_DEFAULT_OPTS: '--exclude @s' })).toBe(true);
    expect(await asked(['app-t/f'], { EMERGE_DEFAULT_OPTS: '--jobs=3' })).toBe(false);
    const text = pair.wrapped.readText('etc/portage/make.conf') ?? '';
    const mail = 'PORTAGE_ELOG_MAILURI="root@localhost"\n';
    put('etc/portage/make.conf', `${text}EMERGE_DEFAULT_OPTS="--jobs=3 \\\n  --verbose"\n${mail}`);
    expect(await asked(['app-t/f'])).toBe(false);
    put('etc/portage/make.conf', `${text}EMERGE_DEFAULT_OPTS="--jobs=3 \\\n  --exclude=@s"\n${mail}`);
    expect(await asked(['app-t/f'])).toBe(true);
    put('etc/portage/make.conf', text);
  });
});

whole('a selected set', () => {
  const given = { sets: { s: '@t\napp-t/a\n', t: 'app-t/b\n', other: 'app-t/d\n' }, worldSets: ['@s'] };

  test('found sound once is not looked at again', async () => {
    begin(given);
    expect(await asked(['app-t/f'])).toBe(true);
    expect(await look()).toBe('');
    for (const args of [
      ['app-t/f'],
      ['--depclean'],
      ['-u', '@world'],
      ['-u', 'world', '@system'],
      ['-C', 'app-t/a'],
    ])
      expect(await asked(args), args.join(' ')).toBe(false);
    expect(await asked(['app-t/f'], { TZ: 'Asia/Tokyo', LC_ALL: 'C' })).toBe(false);
  });

  const changes: readonly (readonly [string, () => void])[] = [
    ['its file', () => put('etc/portage/sets/s', 'app-t/a\n')],
    ['its file, as long as before', () => put('etc/portage/sets/t', 'app-t/d\n')],
    ['a file put there with an old date', () => old('etc/portage/sets/t', 'app-t/d\n')],
    ['a new file', () => put('etc/portage/sets/new', 'app-t/a\n')],
    ['a file that is gone', () => put('etc/portage/sets/t', undefined)],
    ['a proposal', () => put('etc/portage/sets/._cfg0000_s', 'app-t/a\n')],
    ['world_sets', () => put('var/lib/portage/world_sets', '@s\n@t\n')],
    ['a new sets.conf', () => put('etc/portage/sets.conf', '[x]\n')],
    ['the stamp', () => put('var/lib/tumpline/sets/stamp', 'tumpline sets stamp 1\n')],
  ];
  function old(path: string, text: string): void {
    put(path, text);
    utimesSync(join(pair.wrapped.directory, path), 1, 1);
  }
  test.each(changes)('is looked at again after a change: %s', async (_name, change) => {
    begin(given);
    await look();
    expect(await asked(['app-t/f'])).toBe(false);
    change();
    expect(await asked(['app-t/f'])).toBe(true);
  });

  test('that is broken is named on each call', async () => {
    begin({ ...given, sets: { s: 'nothing\n' } });
    for (let turn = 0; turn < 2; turn += 1) expect(await look()).toMatch(/s:1: 'nothing' is no atom/);
    expect(await asked(['app-t/f'])).toBe(true);
    put('etc/portage/sets/s', 'app-t/a\n');
    expect(await look()).toBe('');
    expect(await asked(['app-t/f'])).toBe(false);
  });
});
