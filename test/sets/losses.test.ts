/** Each way in which plain emerge silently loses an entry of a selected set, with depclean really run. */
import { expect, test } from 'vitest';
import { emerge } from '../kit/environment.ts';
import { onPty } from '../wrappers/emerge/front-kit.ts';
import { begin, expectBoth, pair, stateOf, useRoots, whole } from './kit.ts';

useRoots();

const rest = ['app-t/c-1', 'app-t/e-1', 'dev-t/lib-1'];
const losses: readonly (readonly [string, string, readonly string[], RegExp])[] = [
  ['typo', 'app-t/b\napp-ta\n', ['app-t/a-1'], /s:2: 'app-ta' is no atom/],
  ['second word', 'app-t/b app-t/a\n', ['app-t/a-1'], /s:1: 'app-t\/a' is a second word/],
  ['BOM', '\uFEFFapp-t/a\napp-t/b\n', ['app-t/a-1'], /s:1: .*byte order mark/],
  ['wildcard', 'app-t/b\n*/a\n', ['app-t/a-1'], /s:2: .*pattern/],
  ['condition', 'app-t/b\n!flag? ( app-t/a )\n', ['app-t/a-1'], /^try: tumpline enable sets$/m],
  ['emptied file', '# nothing\n', ['app-t/a-1', 'app-t/b-1'], /'@s' is empty/],
];

whole('a silent loss removes nothing any more', () => {
  test.each(losses)('%s', async (_name, text, lost, says) => {
    await expectBoth(
      { sets: { s: text }, world: ['app-t/d'], worldSets: ['@s'] },
      ['--depclean'],
      { code: 0, gone: [...lost, ...rest] },
      { code: 1, says: [says, /^try: /m] },
    );
  });
});

whole('a set that another one nests', () => {
  test('emptied', async () => {
    await expectBoth(
      { sets: { s: 'app-t/b\n@t\n', t: '\n' }, world: ['app-t/d'], worldSets: ['@s'] },
      ['--depclean'],
      { code: 0, gone: ['app-t/a-1', ...rest] },
      { code: 1, says: [/sets\/t: '@t' is empty/, /^try: /m] },
    );
  });
});

whole('an emptied set, where somebody can be asked', () => {
  const given = { sets: { s: '# nothing\n' }, world: ['app-t/d'], worldSets: ['@s'] };
  const ask = (text: string) =>
    onPty([`${pair.tree}/bin/emerge`, '--depclean'], {
      env: { ...pair.wrapped.environment, TERM: 'xterm', TUMPLINE_EMERGE: emerge },
      steps: [{ after: 'Type s to go on', pause: 0.1, text }],
      timeout: 40,
    });

  test.each(['\r', 'y\r', 'yes\r', '\x04'])('%j is a no', async text => {
    begin(given);
    const { code, output } = await ask(text);
    expect(output).toContain("'@s' is empty");
    expect(code).toBe(1);
    expect(stateOf(pair.wrapped).merged).toHaveLength(6);
  });

  test('Ctrl-C ends with 130', async () => {
    begin(given);
    const { code, signal } = await ask('\x03');
    expect(signal === 'SIGINT' ? 130 : code).toBe(130);
    expect(stateOf(pair.wrapped).merged).toHaveLength(6);
  });

  test('its name is a yes', async () => {
    begin(given);
    const { code } = await ask('s\r');
    expect(code).toBe(0);
    expect(stateOf(pair.wrapped).merged).toEqual(['app-t/d-1']);
  });
});
