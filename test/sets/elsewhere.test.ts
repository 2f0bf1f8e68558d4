/** Section 7: cases that the tables leave out. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { emerge, python } from '../kit/environment.ts';
import { folder, onPty, writeProgram } from '../wrappers/emerge/front-kit.ts';
import { begin, expectBoth, pair, put, stateOf, tumpline, useRoots, whole } from './kit.ts';

useRoots();
const f = { sets: { s: 'app-t/f\n' } };
const selected = { sets: { s: 'app-t/a\napp-t/b\n' }, world: ['app-t/d'], worldSets: ['@s'] };

whole('7.arguments', () => {
  test('7.default-opts EMERGE_DEFAULT_OPTS with --exclude, in the environment', async () => {
    await expectBoth(
      { ...f, world: ['app-t/f', 'app-t/g'] },
      ['-p', '@world'],
      { code: 2 },
      { code: 0, says: /app-t\/g-1/, silentOn: /app-t\/f-1/ },
      { env: { EMERGE_DEFAULT_OPTS: '--exclude @s --verbose' } },
    );
  });

  test('7.default-opts in make.conf, for a call without a set', async () => {
    begin({ ...f, world: ['app-t/f', 'app-t/g'] });
    const before = [pair.plain, pair.wrapped].map(root => root.readText('etc/portage/make.conf') ?? '');
    const line = 'EMERGE_DEFAULT_OPTS="--exclude=@s \\\n  --verbose"\n';
    for (const [at, { directory, run }] of [pair.plain, pair.wrapped].entries())
      await run('sh', ['-c', 'cat >"$0"', `${directory}/etc/portage/make.conf`], {
        input: before[at]! + line,
      });
    await expectBoth(
      undefined,
      ['-p', 'world'],
      { code: 2 },
      { code: 0, says: /app-t\/g-1/, silentOn: /app-t\/f-1/ },
    );
    for (const [at, { directory, run }] of [pair.plain, pair.wrapped].entries())
      await run('sh', ['-c', 'cat >"$0"', `${directory}/etc/portage/make.conf`], { input: before[at]! });
  });

  test('7.jobs --jobs kit is --jobs and a target', async () => {
    await expectBoth(
      { sets: { only: 'app-t/f\n' } },
      ['-p', '--jobs', 'only'],
      { code: 1 },
      { code: 0, says: /app-t\/f-1/ },
    );
  });

  test.each(['y', '3', 'True'])(
    '7.value a set that is called %s as a value of an option may be',
    async name => {
      const given = { sets: { [name]: 'app-t/f\n' } };
      if (name === '3')
        await expectBoth(given, ['-p', '--jobs', '3', 'app-t/g'], { code: 0, silentOn: /f-1/ }, 'same');
      await expectBoth(given, ['-p', `@${name}`], { code: 0, says: /app-t\/f-1/ }, 'same');
      await expectBoth(given, ['-p', '--deep', '2', name], { code: 1 }, { code: 0, says: /app-t\/f-1/ });
    },
  );

  test('7.brace a name with {', async () => {
    const given = {
      sets: { 'x{y': 'app-t/f\n', 'z{class=portage.sets.shell.CommandOutputSet,command=false}': '' },
    };
    await expectBoth(given, ['-p', 'x{y'], { code: 1 }, 'same');
    await expectBoth(given, ['-p', '--package-set', 'x{y}'], { code: 2 }, { code: 2 });
    const evil = 'z{class=portage.sets.shell.CommandOutputSet,command=false}';
    await expectBoth(given, ['-p', evil], { code: 1 }, 'same');
  });
});

whole('7.roots', () => {
  test('7.config-root sets and make.conf of another configuration', async () => {
    begin(f);
    for (const { directory, run } of [pair.plain, pair.wrapped]) {
      const script =
        'mkdir -p "$0/other/etc" && cp -a "$0/etc/portage" "$0/other/etc/" && cd "$0/other/etc/portage/sets" && rm s && echo app-t/g >t';
      await run('sh', ['-c', script, directory]);
    }
    for (const args of [
      ['--config-root', 'ROOT/other'],
      ['--config-root=ROOT/other'],
      ['--config-r', 'ROOT/other'],
    ]) {
      await expectBoth(undefined, ['-p', ...args, 't'], { code: 1 }, { code: 0, says: /app-t\/g-1/ });
      await expectBoth(undefined, ['-p', ...args, 's'], { code: 1 }, 'same');
    }
    const env = { PORTAGE_CONFIGROOT: 'ROOT/other' };
    await expectBoth(undefined, ['-p', 't'], { code: 1 }, { code: 0, says: /app-t\/g-1/ }, { env });
    put('other', undefined);
  });

  test('7.root the selected sets of another ROOT', async () => {
    const lib = (root: string) => `target${root}/var/lib/portage/world_sets`;
    begin({ sets: { s: 'not-an-atom\n' } });
    for (const { directory, run } of [pair.plain, pair.wrapped]) {
      const script = 'mkdir -p "$(dirname "$0")" && echo @s >"$0"';
      await run('sh', ['-c', script, `${directory}/${lib(directory)}`]);
    }
    const broken = { code: 1, says: /s:1: 'not-an-atom' is no atom/ };
    for (const args of [['--root', 'ROOT/target'], ['--root=ROOT/target']])
      await expectBoth(undefined, ['-p', ...args, '@selected-sets'], { code: 0 }, broken);
    const env = { ROOT: 'ROOT/target' };
    await expectBoth(undefined, ['-p', '--depclean'], { code: 1 }, broken, { env });
    // nothing is selected here
    await expectBoth(undefined, ['-p', 'app-t/f'], { code: 0 }, 'same');
    put('target', undefined);
  });
});

whole('7.meanwhile', () => {
  test('7.removed a set file that goes between the look and emerge', async () => {
    const place = folder();
    const file = writeProgram(
      join(place, 'emerge'),
      `#!${python}\nimport os, sys\nos.remove(os.environ['PORTAGE_OVERRIDE_EPREFIX'] + '/etc/portage/sets/s')\n` +
        `os.execv(${JSON.stringify(emerge)}, ['emerge'] + sys.argv[1:])\n`,
    );
    begin(selected);
    const before = stateOf(pair.wrapped);
    const { exitCode } = await pair.wrapped.run(`${pair.tree}/bin/emerge`, ['--depclean'], {
      env: { TUMPLINE_EMERGE: file },
    });
    expect(exitCode).toBe(1);
    expect(stateOf(pair.wrapped)).toEqual(before);
    rmSync(place, { recursive: true, force: true });
  });

  test('7.two calls at once while the generated sets are rewritten', async () => {
    begin(selected);
    await tumpline('enable', 'sets');
    const root = pair.wrapped;
    const call = (program: string) =>
      root.run(program, ['-p', '--depclean'], { env: { TUMPLINE_EMERGE: emerge } });
    for (let turn = 0; turn < 3; turn += 1) {
      put('etc/portage/sets/s', `app-t/a\napp-t/b\n${'app-t/e\n'.repeat(turn)}`);
      const ends = await Promise.all(
        [`${pair.tree}/bin/emerge`, emerge, `${pair.tree}/bin/emerge`].map(call),
      );
      for (const { exitCode, stdout, stderr } of ends) {
        expect(exitCode, stderr).toBe(0);
        expect(stdout).toMatch(/^ app-t\/c$/m);
        expect(stdout).not.toMatch(/^ app-t\/[ab]$/m);
      }
    }
  });

  test('7.interrupted a merge of a set ends as with plain emerge', async () => {
    const steps = [{ after: 'compile-now', pause: 0.5, text: '\x03' }];
    begin({ sets: { s: 'app-t/long\n' } });
    const env = { ...pair.wrapped.environment, TERM: 'dumb', TUMPLINE_EMERGE: emerge };
    const plain = await onPty([emerge, '-1', '@s'], { env, steps, timeout: 60 });
    const wrapped = await onPty([`${pair.tree}/bin/emerge`, '-1', '--package-set', 's'], {
      env,
      steps,
      timeout: 60,
    });
    const end = ({ code, signal, late }: typeof plain) => ({ code, signal, late });
    expect(end(wrapped)).toEqual(end(plain));
  });
});
