/** Rows of the second table about what stands around merges, and that the wrapper leaves them as they are. */
import { expect, test } from 'vitest';
import { begin, expectBoth, pair, put, stateOf, tumpline, useRoots, whole } from './kit.ts';

useRoots();
const s = { sets: { s: 'app-t/a\n', 's.metadata': 'description:\nwhat I need\n' }, worldSets: ['@s'] };

whole('2.info', () => {
  test('2.info of a set', async () => {
    const { plain, wrapped } = await expectBoth(
      s,
      ['--info', '@s'],
      { code: 0, says: /app-t\/a-1::/ },
      { code: 0, says: /app-t\/a-1::/ },
    );
    expect(wrapped.stdout).toBe(`${plain.stdout}USER_SETS_PATH="ROOT/etc/portage/sets"\n`);
    expect(wrapped.stderr).toBe(plain.stderr);
  });

  test('2.info of a bare name', async () => {
    await expectBoth(
      s,
      ['--info', 's'],
      { code: 1 },
      { code: 0, says: [/app-t\/a-1::/, /^USER_SETS_PATH=/m] },
    );
  });

  test('2.info USER_SETS_PATH as make.conf has it', async () => {
    const files = { 'etc/portage/make.conf.add': 'USER_SETS_PATH="ROOT/one ROOT/two"\n' };
    begin({ ...s, files });
    for (const { directory, run } of [pair.plain, pair.wrapped])
      await run('sh', ['-c', 'cat "$0.add" >>"$0"', `${directory}/etc/portage/make.conf`]);
    await expectBoth(
      undefined,
      ['--info'],
      { code: 0, silentOn: /USER_SETS_PATH/ },
      { code: 0, says: /^USER_SETS_PATH="ROOT\/one ROOT\/two"$/m },
    );
    for (const { directory, run } of [pair.plain, pair.wrapped])
      await run('sed', ['-i', '/USER_SETS_PATH/d', `${directory}/etc/portage/make.conf`]);
  });
});

whole('2.others', () => {
  test.each([
    ['2.list-sets', ['--list-sets']],
    ['2.search finds the set and its description', ['-s', 's']],
    ['2.search by @', ['-s', '@s']],
    ['2.sync', ['--sync', 'nothing']],
  ])('%s', async (_name, args) => {
    await expectBoth(s, args, { code: args[0] === '--sync' ? 1 : 0 }, 'same');
  });

  test('2.installed the advice against @installed', async () => {
    await expectBoth(s, ['-p', '@installed'], { code: 0, says: /not recommended/ }, 'same');
  });

  test('2.inline a set defined on the command line is the business of the caller', async () => {
    const inline = '@x{class=portage.sets.base.DummyPackageSet,packages=app-t/f}';
    await expectBoth(s, ['-p', inline], { code: 0, says: /app-t\/f-1/ }, 'same');
  });

  test('2.greedy all installed slots', async () => {
    const files = {
      'etc/portage/sets.conf':
        '[all]\nclass = portage.sets.files.StaticFileSet\nfilename = ROOT/etc/all\ngreedy = true\nworld-candidate = true\n',
      'etc/all': 'app-t/slotted\n',
    };
    const installed = { 'app-t/slotted-1': { SLOT: '1' } };
    await expectBoth(
      { files, installed },
      ['-p', '@all'],
      { code: 0, says: [/app-t\/slotted-1/, /app-t\/slotted-2/] },
      'same',
    );
  });

  test('2.resume a failed merge of a set goes on without naming it', async () => {
    const given = { sets: { s: 'app-t/broken\n' } };
    const failed = { code: 1, worldSets: ['@s'] };
    await expectBoth(given, ['--package-set=s'], { code: 2 }, failed);
    await expectBoth(given, ['@s'], failed, failed);
    const resumed = { code: 1, says: /app-t\/broken-1/ };
    await expectBoth(undefined, ['--resume'], resumed, resumed);
  });

  test('1.3 2.sets.conf a name that a repository has too: the user wins quietly once the sets are generated', async () => {
    const files = {
      'var/db/repos/testbed/sets.conf':
        '[shipped]\nclass = portage.sets.files.StaticFileSet\nmultiset = true\nworld-candidate = true\ndirectory = $' +
        '{repository:testbed}/sets\n',
      'var/db/repos/testbed/sets/s': 'app-t/f\n',
      'var/db/repos/testbed/sets/other': 'app-t/kit\n',
    };
    const given = { sets: { s: 'app-t/g\n' }, files };
    const noise = /Redefinition of set 's'/;
    await expectBoth(
      given,
      ['-p', '@s'],
      { code: 0, says: noise },
      { code: 1, says: /^try: tumpline enable sets$/m },
    );
    begin(given);
    await tumpline('enable', 'sets');
    const quiet = { code: 0, says: [/app-t\/g-1/, /app-t\/kit-1/], silentOn: /Redefinition|app-t\/f-1/ };
    await expectBoth(undefined, ['-p', '@s', '@other'], quiet, 'same');
  });

  test('the debug log names the file that gave an atom', async () => {
    begin({ sets: { s: '@t\napp-t/f\n', t: 'app-t/g\n' } });
    await expectBoth(undefined, ['-p', '@s'], { code: 0 }, 'same', { env: { TUMPLINE_DEBUG: 'ROOT/debug' } });
    const log = pair.wrapped.readText('debug') ?? '';
    expect(log).toMatch(/ sets: @s: app-t\/f: \S+\/sets\/s line 2$/m);
    expect(log).toMatch(/ sets: @s: app-t\/g: \S+\/sets\/t line 1$/m);
    put('debug', undefined);
  });

  test('2.builtin a file called as a set of Portage does not replace it', async () => {
    await expectBoth(
      { sets: { world: 'app-t/f\n' }, world: ['app-t/g'] },
      ['-p', '@world'],
      { code: 0, says: /app-t\/f-1/, silentOn: /app-t\/g-1/ },
      { code: 1, says: /sets\/world: @world is a set of Portage's own/ },
    );
    expect(stateOf(pair.wrapped).world).toEqual(['app-t/g']);
  });
});
