/** The same losses once Portage reads generated sets: plain emerge is safe then, too. depclean is really run. */
import { expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';
import { emerge } from '../kit/environment.ts';
import { onPty } from '../wrappers/emerge/front-kit.ts';
import { begin, expectBoth, pair, put, stateOf, tumpline, useRoots, whole } from './kit.ts';

useRoots();

const rest = ['app-t/c-1', 'app-t/e-1', 'dev-t/lib-1'];
const sound = { sets: { s: 'app-t/a\napp-t/b\n' }, world: ['app-t/d'], worldSets: ['@s'] };
const file = 'etc/portage/sets/s';

async function on(given: Parameters<typeof begin>[0] = sound): Promise<void> {
  begin(given);
  await tumpline('enable', 'sets');
}

whole('with generated sets a mistake removes nothing, with plain emerge neither', () => {
  const broken: readonly (readonly [string, string, RegExp])[] = [
    ['typo', 'app-t/b\napp-ta\n', /s:2: 'app-ta' is no atom/],
    ['second word', 'app-t/b app-t/a\n', /s:1: 'app-t\/a' is a second word/],
    ['BOM', '\uFEFFapp-t/a\napp-t/b\n', /s:1: .*byte order mark/],
    ['wildcard', 'app-t/b\n*/a\n', /s:2: .*pattern/],
    ['emptied file', '# nothing\n', /@s/],
  ];
  test.each(broken)('%s', async (_name, text, says) => {
    await on();
    put(file, text);
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, { code: 1, says });
  });

  test('condition', async () => {
    await on({ ...sound, sets: { s: 'app-t/b\n!flag? ( app-t/a )\nflag? ( app-t/c )\n' } });
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, 'same');
  });

  test('optional member, exclusion, several directories', async () => {
    const makeConf = 'etc/portage/make.conf';
    const before = pair.plain.readText(makeConf) ?? '';
    begin({ ...sound, sets: { s: '@t\n?app-t/a\n?app-t/f\n-app-t/c\n', t: 'app-t/c\n' } });
    put('etc/more/t', 'app-t/b\napp-t/c\n');
    for (const root of [pair.plain, pair.wrapped]) {
      const text = (root.readText(makeConf) ?? before).replace(/USER_SETS_PATH.*\n/, '');
      const { directory } = root;
      await root.run('sh', ['-c', 'cat >"$0"', `${directory}/${makeConf}`], {
        input: `${text}USER_SETS_PATH="${directory}/etc/more ${directory}/etc/portage/sets"\n`,
      });
    }
    await tumpline('enable', 'sets');
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, 'same');
    for (const root of [pair.plain, pair.wrapped])
      await root.run('sed', ['-i', '/USER_SETS_PATH/d', `${root.directory}/${makeConf}`]);
  });

  test('generated sets that cannot be brought up to date stop depclean', async () => {
    await on();
    put(file, 'app-t/a\napp-t/b\napp-t/e\n');
    // nothing can be locked below a file
    put('run/tumpline', 'full\n');
    const says = [/sets\/generated: cannot be brought up to date/, /^try: findmnt -T /m];
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, { code: 1, says });
  });

  test('a generated file deleted: plain emerge stops, the wrapper makes it anew', async () => {
    await on();
    put('var/lib/tumpline/sets/generated/s', undefined);
    await expectBoth(
      undefined,
      ['--depclean'],
      { code: 1, says: /non-existent set named 's'/ },
      { code: 0, gone: rest },
    );
  });

  test('all of our state deleted', async () => {
    await on();
    put('var/lib/tumpline', undefined);
    await expectBoth(undefined, ['--depclean'], { code: 1 }, { code: 0, gone: rest });
  });

  test('the suite disabled', async () => {
    await on();
    await tumpline('disable', 'sets');
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, 'same');
  });

  test('a source deleted: the last good entries hold until the next look, and then depclean stops', async () => {
    await on();
    put(file, undefined);
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: rest }, { code: 1 });
  });
});

whole('an emptied set', () => {
  // as it is installed: what the bundle leaves out at first is needed here
  const call = async (text: string) =>
    onPty([`${await builtTree()}/bin/emerge`, '--depclean'], {
      env: { ...pair.wrapped.environment, TERM: 'xterm', TUMPLINE_EMERGE: emerge },
      steps: [{ after: 'Type s to go on', pause: 0.1, text }],
      timeout: 40,
    });

  test('holds what it held until its name is typed; then plain emerge sees it empty, too', async () => {
    await on();
    put(file, '# nothing\n');
    expect((await call('no\r')).code).toBe(1);
    expect(stateOf(pair.wrapped).merged).toHaveLength(6);
    expect((await call('s\r')).code).toBe(0);
    expect(stateOf(pair.wrapped).merged).toEqual(['app-t/d-1']);
    expect(pair.wrapped.readText('var/lib/tumpline/sets/generated/s')).not.toContain('app-t');
  });
});

whole('a package move', () => {
  const files = { 'var/db/repos/testbed/profiles/updates/1Q-2026': 'move app-t/a app-t/new\n' };

  test('plain emerge renames the package and then removes it; the wrapper refuses', async () => {
    const given = { ...sound, files };
    await expectBoth(
      given,
      ['--depclean'],
      { code: 0, gone: ['app-t/a-1', ...rest], says: /Unmerging \(1 of 4\) app-t\/new-1/ },
      {
        code: 1,
        says: [/s:1: 'app-t\/a' is called 'app-t\/new' now/, /^try: tumpline sets check --fix s$/m],
      },
    );
  });

  test('with generated sets it stays', async () => {
    await on({ ...sound, files });
    const both = { code: 0, come: ['app-t/new-1'], gone: ['app-t/a-1', ...rest] };
    await expectBoth(undefined, ['--depclean'], both, both);
    expect(pair.wrapped.readText('etc/portage/sets/s')).toContain('app-t/a');
  });
});
