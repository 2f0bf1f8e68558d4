/** GLEP 21, statement by statement: the rows of the first table. */
import { test } from 'vitest';
import { expectBoth, useRoots, whole } from './kit.ts';

useRoots();
const s = { sets: { s: 'app-t/f\n' } };
const installed = { sets: { s: 'app-t/a\n' } };

test('1.7 a bare name', async () => {
  const plain = { code: 1, says: /no ebuilds to satisfy "s"/ };
  await expectBoth(s, ['-p', 's'], plain, { code: 0, says: /app-t\/f-1/ });
});

whole('GLEP 21', () => {
  test('1.1 one file per set, its name is that of the file', async () => {
    await expectBoth(
      { sets: { s: 'app-t/a\n', 'dir/x': 'app-t/b\n' } },
      ['-n', '@s', '@dir/x'],
      { code: 0, worldSets: ['@dir/x', '@s'] },
      'same',
    );
  });

  test.each(['.x', 'x~', 'x.metadata'])('1.1 %s is no set', async name => {
    await expectBoth(
      { sets: { [name]: 'app-t/a\n' } },
      ['-p', `@${name}`],
      { code: 1, says: /There are no sets to satisfy/ },
      'same',
    );
  });

  test('1.2 names that no package could have', async () => {
    await expectBoth(
      { sets: { 'with space': 'app-t/f\n' } },
      ['-p', '@with space'],
      { code: 0, says: /app-t\/f-1/ },
      { code: 0, says: [/app-t\/f-1/, /'with space' cannot be written/] },
    );
  });

  test('1.4 a set that shares a name with a package', async () => {
    const given = { sets: { kit: 'app-t/a\n' } };
    const note = /^tumpline: kit: the package is taken; the set of that name is @kit$/m;
    await expectBoth(
      given,
      ['-p', 'kit'],
      { code: 0, says: /app-t\/kit-1/, silentOn: /@kit/ },
      { code: 0, says: [/app-t\/kit-1/, note] },
    );
    await expectBoth(given, ['-n', '@kit'], { code: 0, worldSets: ['@kit'] }, 'same');
  });

  test('1.5 the syntax is that of the world file', async () => {
    const text = '# comment\n\n  app-t/a\t\napp-t/b # behind\r\n';
    await expectBoth(
      { sets: { s: text }, worldSets: ['@s'] },
      ['--depclean'],
      { code: 0, gone: ['app-t/c-1', 'app-t/d-1', 'app-t/e-1', 'dev-t/lib-1'] },
      'same',
    );
  });

  test('1.6 a set within a set', async () => {
    const given = { sets: { outer: '@inner\napp-t/f\n', inner: 'app-t/g\n' } };
    await expectBoth(given, ['-p', '@outer'], { code: 0, says: [/app-t\/f-1/, /app-t\/g-1/] }, 'same');
  });

  test('1.6 sets that nest each other', async () => {
    const given = { sets: { one: '@two\napp-t/f\n', two: '@one\napp-t/g\n' } };
    await expectBoth(
      given,
      ['-p', '@one'],
      { code: 0, says: /app-t\/f-1/ },
      { code: 1, says: /^tumpline: \S+\/two:1: .*circle: @one > @two > @one$/m },
    );
  });

  test('1.7 a bare name, recorded', async () => {
    const plain = { code: 1, says: /no ebuilds to satisfy "s"/ };
    await expectBoth(installed, ['-n', 's'], plain, { code: 0, worldSets: ['@s'] });
  });

  test('1.7 a bare name to unmerge', async () => {
    await expectBoth(
      { ...installed, worldSets: ['@s'] },
      ['-C', 's'],
      { code: 1 },
      { code: 0, worldSets: [], gone: ['app-t/a-1'] },
    );
  });

  test('1.8 --package-set to merge', async () => {
    const plain = { code: 2, says: /unrecognized arguments/ };
    for (const args of [['--package-set', 's'], ['--package-set=s'], ['--package-set', '@s']])
      await expectBoth(installed, ['-n', ...args], plain, { code: 0, worldSets: ['@s'] });
  });

  test('1.8 --package-set several times, among packages', async () => {
    await expectBoth(
      { sets: { s: 'app-t/f\n', t: 'app-t/g\n' } },
      ['--package-set=s', '-p', 'app-t/kit', '--package-set', 't'],
      { code: 2 },
      { code: 0, says: [/app-t\/f-1/, /app-t\/g-1/, /app-t\/kit-1/] },
    );
  });

  test('1.8 --package-set to unmerge', async () => {
    await expectBoth(
      { ...installed, worldSets: ['@s'] },
      ['-C', '--package-set', 's'],
      { code: 2 },
      { code: 0, worldSets: [], gone: ['app-t/a-1'] },
    );
  });

  test('1.8 --package-set with --depclean, --deselect and --info', async () => {
    const given = { ...installed, worldSets: ['@s'] };
    await expectBoth(
      given,
      ['-pc', '--package-set=s'],
      { code: 2 },
      { code: 0, says: /No packages selected/ },
    );
    await expectBoth(
      given,
      ['--deselect', '--package-set=s'],
      { code: 2 },
      { code: 0, worldSets: [], says: /Removing @s from "world_sets"/ },
    );
    await expectBoth(given, ['--info', '--package-set=s'], { code: 2 }, { code: 0, says: /app-t\/a-1::/ });
  });

  test.each([
    [['--package-set']],
    [['--package-set=']],
    [['--package-set', '-p']],
    [['--package-set', 'x{y']],
  ])('1.8 wrong usage: %s', async args => {
    await expectBoth(s, args, { code: 2 }, { code: 2, says: /^tumpline: --package-set: /m });
  });

  test('1.8 --package-set where an option wants its value', async () => {
    const args = ['-p', '--exclude', '--package-set', 's'];
    await expectBoth(s, args, { code: 2 }, { code: 2, says: /^tumpline: --package-set: @s stands where/m });
  });

  test('1.8 --package-set of a set that is none', async () => {
    await expectBoth(
      s,
      ['-p', '--package-set=none'],
      { code: 2 },
      { code: 1, says: /There are no sets to satisfy 'none'/ },
    );
  });

  test('1.9 to unmerge a set is to remove its packages and not what they need', async () => {
    const given = { sets: { s: 'app-t/c\n' }, worldSets: ['@s'] };
    await expectBoth(given, ['-C', '@s'], { code: 0, worldSets: [], gone: ['app-t/c-1'] }, 'same');
  });

  test('1.11 no masking through package.mask, and 1.12 no USE through package.use', async () => {
    const files = { 'etc/portage/package.mask': '@s\n', 'etc/portage/package.use': '@s flag\n' };
    await expectBoth(
      { ...s, files },
      ['-p', '@s'],
      { code: 0, says: [/Invalid atom in .*package\.mask: @s/, /Invalid atom in .*package\.use: @s/] },
      'same',
    );
  });

  test('1.13 versions, slots and repositories in the entries', async () => {
    const text = '>=app-t/f-1\n=app-t/g-1\napp-t/slotted:1\napp-t/kit::testbed\n';
    const says = [/app-t\/f-1/, /app-t\/g-1/, /app-t\/slotted-1/, /app-t\/kit-1/];
    await expectBoth({ sets: { s: text } }, ['-p', '@s'], { code: 0, says, silentOn: /slotted-2/ }, 'same');
  });

  test('1.14 a condition: plain emerge loses the line, the wrapper refuses before the sets are generated', async () => {
    await expectBoth(
      { sets: { s: 'flag? ( app-t/f )\napp-t/g\n' } },
      ['-p', '@s'],
      { code: 0, says: /app-t\/g-1/, silentOn: /app-t\/f-1/ },
      {
        code: 1,
        says: [/^tumpline: \S+\/sets\/s: /m, /^try: tumpline enable sets$/m],
        silentOn: /app-t\/g-1/,
      },
    );
  });

  test('1.15 world and system are what they were', async () => {
    const given = { world: ['app-t/f'] };
    for (const args of [
      ['-p', 'world'],
      ['-p', '@world'],
      ['-p', 'system'],
      ['-pu', '@system', 'app-t/g'],
    ])
      await expectBoth(given, args, { code: 0 }, 'same');
  });
});
