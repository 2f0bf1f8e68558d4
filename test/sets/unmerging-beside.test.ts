/** `-C @set` where what other selected sets hold cannot be told. */
import { expect, test } from 'vitest';
import { begin, expectBoth, pair, stateOf, useRoots, whole } from './kit.ts';

useRoots();
const one = 'app-t/a\napp-t/b\n';
const gone = ['app-t/a-1', 'app-t/b-1'];

whole('2.unmerge beside a broken set', () => {
  const given = { sets: { one, two: 'app-t/d\napp-t/b?\n' }, worldSets: ['@one', '@two'] };

  test('is refused: it may hold the same', async () => {
    await expectBoth(
      given,
      ['-C', '@one'],
      { code: 0, gone, worldSets: ['@two'] },
      {
        code: 1,
        says: [
          /^tumpline: \S+\/two:2: /m,
          /^try: tumpline sets edit two, or emerge --unmerge --with-shared @one$/m,
        ],
      },
    );
  });

  test('in pretence, too', async () => {
    await expectBoth(given, ['-pC', '@one'], { code: 0 }, { code: 1, says: /two:2: / });
  });

  test('goes on with --with-shared, and with packages', async () => {
    const says = /^tumpline: \S+\/two:2: .*; before depclean and @world: tumpline sets edit two$/m;
    const ours = { code: 0, gone, worldSets: ['@two'], says };
    await expectBoth(given, ['-C', '--with-shared', '@one'], { code: 2 }, ours);
    const removed = { code: 0, gone: ['app-t/a-1'] };
    await expectBoth(given, ['-C', 'app-t/a'], removed, { ...removed, says });
  });

  test('a selected set that is gone', async () => {
    await expectBoth(
      { sets: { one }, worldSets: ['@one', '@two'] },
      ['-C', '@one'],
      { code: 0, gone, worldSets: ['@two'], says: /Unknown set '@two'/ },
      {
        code: 1,
        says: [/^tumpline: @two: '@two' is in world_sets, but there is no set/m, /--with-shared @one/],
      },
    );
  });

  test('a selected set that is empty has to be confirmed', async () => {
    await expectBoth(
      { sets: { one, two: '# nothing\n' }, worldSets: ['@one', '@two'] },
      ['-C', '@one'],
      { code: 0, gone, worldSets: ['@two'] },
      { code: 1, says: /^tumpline: \S+\/two: '@two' is empty$/m },
    );
  });
});

whole('2.unmerge with selected sets in a circle', () => {
  test.each([
    ['a package', ['-C', 'app-t/d']],
    ['a set', ['-C', '@one']],
    ['a set, with --with-shared', ['-C', '--with-shared', '@one']],
  ])('%s: plain emerge looks for holders forever, the wrapper stops', async (_, args) => {
    begin({ sets: { one, x: 'app-t/c\n@y\n', y: 'app-t/e\n@x\n' }, worldSets: ['@x'] });
    const before = stateOf(pair.wrapped);
    const plainly = args.filter(word => word !== '--with-shared');
    const first = await pair.both(plainly, { named: true, timeout: 5000 });
    expect([first.plain.code, first.plain.signal]).toEqual([null, 'SIGKILL']);
    const { wrapped } = plainly.length === args.length ? first : await pair.both(args, { named: true });
    expect([wrapped.code, wrapped.stderr]).toEqual([1, expect.stringMatching(/goes round in a circle/)]);
    expect(stateOf(pair.wrapped)).toEqual(before);
  });
});

whole('--with-shared', () => {
  test.each([[['-p', '--with-shared', 'app-t/f']], [['-pc', '--with-shared', 'app-t/a']]])(
    '%j: is left out with a word',
    async args => {
      const { wrapped } = await expectBoth(
        { world: ['app-t/f'] },
        args,
        { code: 2 },
        { code: 0, says: /^tumpline: --with-shared: counts for --unmerge alone, and is left out$/m },
      );
      expect(wrapped.stdout).not.toBe('');
    },
  );
});
