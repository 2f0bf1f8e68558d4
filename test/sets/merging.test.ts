/** Merges of sets, what is recorded, and what stands beside them on the command line. */
import { test } from 'vitest';
import { expectBoth, useRoots, whole } from './kit.ts';

useRoots();
const f = { sets: { s: 'app-t/f\n' } };
const many = { sets: { a: 'app-t/f\napp-t/g\n', b: 'app-t/g\napp-t/kit\n' } };

whole('2.merging', () => {
  test('2.merging a set records the set and not its packages', async () => {
    await expectBoth(f, ['@s'], { code: 0, come: ['app-t/f-1'], worldSets: ['@s'] }, 'same');
  });

  test('2.merging by --package-set records the same', async () => {
    await expectBoth(
      f,
      ['--package-set', 's'],
      { code: 2 },
      { code: 0, come: ['app-t/f-1'], worldSets: ['@s'] },
    );
  });

  test.each(['-1', '-p', '-f'])('2.merging with %s records nothing', async option => {
    await expectBoth({ sets: { s: 'app-t/a\n' } }, [option, '--noreplace', '@s'], { code: 0 }, 'same');
  });

  test('2.merging -n of what is installed records the set', async () => {
    await expectBoth({ sets: { s: 'app-t/a\n' } }, ['-n', '@s'], { code: 0, worldSets: ['@s'] }, 'same');
  });

  test('2.merging --ask without a terminal stops unrecorded', async () => {
    await expectBoth(f, ['--ask', '@s'], { code: 1 }, 'same', { input: '' });
  });

  test('2.merging sets, packages and world in one call', async () => {
    await expectBoth(
      { ...f, world: ['app-t/g'] },
      ['-p', '@s', 'app-t/kit', '@world'],
      { code: 0, says: [/app-t\/f-1/, /app-t\/g-1/, /app-t\/kit-1/] },
      'same',
    );
  });

  test('2.no-world-file: emerge says so whenever world is empty, and we leave its bytes alone', async () => {
    await expectBoth({ ...f, worldSets: ['@s'] }, ['-p', 'app-t/g'], { code: 0 }, 'same');
  });

  test('2.masked a member without a keyword', async () => {
    await expectBoth({ sets: { s: 'app-t/unstable\n' } }, ['-p', '@s'], { code: 1, says: /masked/ }, 'same');
  });

  test('2.no-ebuild a member that nobody has', async () => {
    await expectBoth(
      { sets: { s: 'app-t/nobody\n' } },
      ['-p', '@s'],
      { code: 1, says: /"app-t\/nobody"/ },
      'same',
    );
  });
});

whole('2.operators', () => {
  test.each([
    ['@a-@b', [/app-t\/f-1/], /app-t\/(g|kit)-1/, /^tumpline: @a-@b: 1 package, not recorded/m],
    ['@a/@b', [/app-t\/g-1/], /app-t\/(f|kit)-1/, /^tumpline: @a\/@b: 1 package/m],
    ['@a+@b', [/app-t\/f-1/, /app-t\/g-1/, /app-t\/kit-1/], /nothing/, /app-t/],
  ])('2.operators %s', async (word, says, silentOn, note) => {
    await expectBoth(
      many,
      ['-p', word],
      { code: 1, says: /There are no sets to satisfy/ },
      { code: 0, says: [...says, note], silentOn },
    );
  });

  test('2.operators merged: nothing in world', async () => {
    await expectBoth(
      many,
      ['@a-@b'],
      { code: 1 },
      { code: 0, come: ['app-t/f-1'], says: /not recorded in world/ },
    );
  });

  test('2.operators beside a package that is to be recorded', async () => {
    await expectBoth(
      many,
      ['@a-@b', 'app-t/kit'],
      { code: 1 },
      { code: 1, says: /@a-@b: its packages would be recorded in world together with app-t\/kit/ },
    );
  });

  test('2.operators of what is no set, and nothing left', async () => {
    await expectBoth(
      many,
      ['-p', '@a-@x'],
      { code: 1 },
      { code: 1, says: /^tumpline: @a-@x: there is no set @x$/m },
    );
    await expectBoth(
      many,
      ['-p', '@a-@a'],
      { code: 1 },
      { code: 1, says: /^tumpline: @a-@a: no package is left$/m },
    );
  });

  test('2.operators to unmerge', async () => {
    await expectBoth(
      { sets: { a: 'app-t/a\napp-t/b\n', b: 'app-t/b\n' }, worldSets: ['@a'] },
      ['-C', '@a-@b'],
      { code: 1 },
      { code: 0, gone: ['app-t/a-1'] },
    );
  });
});

whole('2.exclude', () => {
  const given = { ...many, world: ['app-t/f', 'app-t/kit'] };
  test.each([[['--exclude', '@a']], [['--exclude=@a']], [['-X', '@a']], [['--excl', 'app-t/none @a']]])(
    '2.exclude %s',
    async words => {
      await expectBoth(
        given,
        ['-p', '@world', ...words],
        { code: 2, says: /Invalid Atom/ },
        { code: 0, says: [/app-t\/kit-1/, /^tumpline: --exclude @a: 2 packages$/m], silentOn: /app-t\/f-1/ },
      );
    },
  );

  test('2.exclude an expression, and versions by their package', async () => {
    await expectBoth(
      { sets: { a: '=app-t/f-1\napp-t/g\n', b: 'app-t/g\n' }, world: ['app-t/f', 'app-t/g'] },
      ['-p', '@world', '--exclude=@a-@b'],
      { code: 2 },
      { code: 0, says: [/app-t\/g-1/, /: 1 package$/m], silentOn: /app-t\/f-1/ },
    );
  });

  test('2.exclude a set that Portage could not read by itself', async () => {
    await expectBoth(
      { sets: { a: '?app-t/a\n?app-t/g\nflag? ( app-t/kit )\n!flag? ( app-t/f )\n' }, world: given.world },
      ['-p', '@world', '--exclude=@a'],
      { code: 2 },
      { code: 0, says: [/app-t\/kit-1/, /: 2 packages$/m], silentOn: /app-t\/f-1/ },
    );
  });

  test('2.exclude a broken set', async () => {
    const broken = { ...given, sets: { a: 'app-t/f\nnothing\n' } };
    const says = /sets\/a:2: 'nothing' is no atom/;
    await expectBoth(broken, ['-p', '@world', '--exclude=@a'], { code: 2 }, { code: 1, says });
    const env = { TUMPLINE_SETS: 'warn' };
    await expectBoth(broken, ['-p', '@world', '--exclude=@a'], { code: 2 }, { code: 0, says }, { env });
  });

  test('2.exclude what is no set', async () => {
    await expectBoth(
      given,
      ['-p', '@world', '--exclude=@x'],
      { code: 2 },
      { code: 1, says: /there is no set @x/ },
    );
  });
});

whole('2.config', () => {
  const given = { sets: { s: 'app-t/a\n', kit: 'app-t/a\n' } };
  test.each(['@s', 's', 'world', 'system', '@world'])('2.config %s', async word => {
    await expectBoth(
      { ...given, world: ['app-t/a'] },
      ['--config', word],
      { code: 0 },
      { code: 1, says: /^tumpline: --config: @\w+ is a set; only one package can be configured$/m },
    );
  });
  test('2.config of a package', async () => {
    await expectBoth(given, ['--config', 'app-t/a'], { code: 0 }, 'same');
  });
});
