/** Set files with mistakes: what plain emerge makes of them, and that the wrapper starts nothing. */
import { expect, test } from 'vitest';
import { expectBoth, pair, stateOf, useRoots, whole } from './kit.ts';

useRoots();

interface Mistake {
  readonly id: string;
  readonly text: string;
  /** Line in the file, and what is said of it. */
  readonly says: RegExp;
  /** Plain emerge loses app-t/f, or stops. */
  readonly code?: number;
}

/** Each means app-t/a, app-t/b and more, and names b well. */
const mistakes: readonly Mistake[] = [
  {
    id: 'not-an-atom',
    text: 'app-t/b\nnot-an-atom\n',
    says: /s:2: 'not-an-atom' is no atom: a category is missing/,
  },
  { id: 'no-category', text: 'app-t/b\na\n', says: /s:2: 'a' is no atom/ },
  { id: 'second-word', text: 'app-t/b app-t/a\n', says: /s:1: 'app-t\/a' is a second word on the line/ },
  { id: 'bom', text: '\uFEFFapp-t/a\napp-t/b\n', says: /s:1: the file begins with a byte order mark/ },
  { id: 'wildcard', text: 'app-t/b\napp-t/*\n', says: /s:2: 'app-t\/\*' is a pattern/ },
  { id: 'wildcard category', text: 'app-t/b\n*/a\n', says: /s:2: '\*\/a' is a pattern/ },
  { id: 'blocker', text: 'app-t/b\n!app-t/a\n', says: /s:2: '!app-t\/a' is a blocker/ },
  {
    id: 'version without operator',
    text: 'app-t/b\napp-t/a-1\n',
    says: /s:2: 'app-t\/a-1' is no atom: a version/,
  },
  { id: 'choice', text: 'app-t/b\n|| ( app-t/a app-t/d )\n', says: /s:2: '\|\|' is a choice/ },
  { id: 'unclosed', text: 'app-t/b\nflag? ( app-t/a\n', says: /s:2: 'flag\? \(' is never closed/ },
  { id: 'set-name', text: 'app-t/b\n@{x}\n', says: /s:2: '@\{x\}' is no name of a set/, code: 1 },
  { id: 'nested-missing', text: 'app-t/b\n@nope\n', says: /s:2: there is no set '@nope'/, code: 1 },
];

whole('2.broken, merged', () => {
  test.each(mistakes)('2.broken.$id', async ({ text, says, code = 0 }) => {
    await expectBoth(
      { sets: { s: text } },
      ['-n', '@s'],
      { code, worldSets: code === 0 ? ['@s'] : [] },
      { code: 1, says: [says, /^try: /m] },
    );
  });
});

whole('2.broken, selected: a call about a package says it and goes on', () => {
  test.each(mistakes.slice(0, 4))('2.broken.$id', async ({ text, says }) => {
    const { wrapped } = await expectBoth(
      { sets: { s: text }, worldSets: ['@s'] },
      ['-p', 'app-t/f'],
      { code: 0, says: /app-t\/f-1/ },
      { code: 0, says: [/app-t\/f-1/, says] },
    );
    expect(wrapped.stderr.match(/^tumpline: /gm)).toHaveLength(1);
  });
});

whole('2.broken', () => {
  const given = { sets: { s: 'app-t/b\nnot-an-atom\n' }, worldSets: ['@s'] };

  test.each([
    ['@world', ['-p', '@world']],
    ['world', ['-p', 'world']],
    ['@selected', ['-p', '@selected']],
    ['--depclean', ['-p', '--depclean']],
    ['-c of a package', ['-pc', 'app-t/a']],
    ['--prune', ['-pP']],
    ['-C @s', ['-pC', '@s']],
    ['nested', ['-p', '@outer']],
  ])('2.broken a selected set stops %s', async (_name, args) => {
    await expectBoth(
      { ...given, sets: { ...given.sets, outer: '@s\n' } },
      args,
      { code: 0 },
      { code: 1, says: /s:2: 'not-an-atom' is no atom/, silentOn: /Calculating/ },
    );
  });

  test('2.broken a sets.conf that ends every call is named, each time', async () => {
    const files = { 'var/db/repos/testbed/sets.conf': 'no section\n' };
    const says = /MissingSectionHeader/;
    const ours = {
      code: 1,
      says: [says, /^tumpline: \S+\/sets\.conf line 1: .*; Portage reads no set with it$/m],
    };
    await expectBoth(
      { sets: { s: 'app-t/b\n' }, worldSets: ['@s'], files },
      ['-p', '@world'],
      { code: 1, says },
      ours,
    );
    await expectBoth(undefined, ['-p', 'app-t/f'], { code: 1, says }, ours);
  });

  test('2.broken TUMPLINE_SETS=warn only warns', async () => {
    await expectBoth(
      given,
      ['-p', '@world'],
      { code: 0 },
      { code: 0, says: /s:2: 'not-an-atom' is no atom/ },
      { env: { TUMPLINE_SETS: 'warn' } },
    );
  });

  test('2.broken TUMPLINE=0 is plain emerge', async () => {
    await expectBoth(given, ['-p', '@world'], { code: 0 }, 'same', { env: { TUMPLINE: '0' } });
  });

  test.each([['--info'], ['-s', 'kit'], ['--list-sets'], ['--deselect', '@s'], ['--version']])(
    '2.broken does not stop %s',
    async (...args) => {
      const worldSets = args[0] === '--deselect' ? [] : ['@s'];
      await expectBoth(given, args, { code: 0, worldSets }, { code: 0, worldSets });
    },
  );

  test('2.broken.emptied merged: the wrapper says that it is empty', async () => {
    await expectBoth(
      { sets: { s: '# all gone\n' } },
      ['-n', '@s'],
      { code: 0, worldSets: ['@s'], silentOn: /empty/ },
      { code: 0, worldSets: ['@s'], says: /^tumpline: \S+\/sets\/s: '@s' is empty$/m },
    );
  });

  test('2.broken.gone a selected set whose file is gone', async () => {
    const gone = { worldSets: ['@gone'] };
    const says = /emerge --deselect @gone/;
    await expectBoth(gone, ['-p', '@world'], { code: 1, says }, { code: 1, says });
    await expectBoth(gone, ['--depclean'], { code: 1 }, { code: 1 });
    expect(stateOf(pair.wrapped).merged).toEqual(stateOf(pair.plain).merged);
  });

  test('2.broken.proposal a change that waits in ._cfg is named', async () => {
    const files = { 'etc/portage/sets/._cfg0000_s': 'app-t/new\n' };
    await expectBoth(
      { sets: { s: 'app-t/f\n' }, files },
      ['-p', '@s'],
      { code: 0 },
      { code: 0, says: [/app-t\/f-1/, /^tumpline: \S+\/s: a change of it waits in \._cfg0000_s$/m] },
    );
  });
});
