/** Sets that a command prints (CommandOutputSet), whose failure Portage takes for an empty set. */
import { expect, test } from 'vitest';
import { begin, expectBoth, type Given, pair, put, useRoots, whole } from './kit.ts';

useRoots();
const rest = ['app-t/c-1', 'app-t/e-1', 'dev-t/lib-1'];

function printing(command: string): Given {
  const text = `[made]\nclass = portage.sets.shell.CommandOutputSet\ncommand = ${command}\nworld-candidate = true\n`;
  return { files: { 'etc/portage/sets.conf': text }, world: ['app-t/d'], worldSets: ['@made'] };
}

whole('2.broken.command', () => {
  test('a command that works', async () => {
    const given = printing('printf "app-t/a\\\\napp-t/b\\\\n"');
    await expectBoth(given, ['--depclean'], { code: 0, gone: rest }, 'same');
  });

  test('a failing command stops depclean', async () => {
    await expectBoth(
      printing('false'),
      ['--depclean'],
      { code: 0, gone: ['app-t/a-1', 'app-t/b-1', ...rest] },
      { code: 1, says: [/^tumpline: @made: its command ended with exit status 1$/m, /^try: false$/m] },
    );
  });

  test('a failing command: a merge of something else is told of it', async () => {
    await expectBoth(
      printing('false'),
      ['-p', 'app-t/f'],
      { code: 0 },
      { code: 0, says: [/app-t\/f-1/, /@made: its command ended with exit status 1; before depclean/] },
    );
  });

  test('an atom with a repository ends every call with a traceback, here with a sentence', async () => {
    for (const args of [['-p', 'app-t/f'], ['--depclean'], ['-pC', 'app-t/a']])
      await expectBoth(
        printing('echo app-t/a::testbed'),
        args,
        { code: 1, says: /Traceback/ },
        { code: 1, says: /^tumpline: @made: it names an atom with a repository/m, silentOn: /Traceback/ },
      );
  });

  test('no stamp stands for what a command prints', async () => {
    const { files, ...given } = printing('cat ROOT/list');
    begin({ ...given, files: { ...files, list: 'app-t/a\n' } });
    await expectBoth(undefined, ['-p', 'app-t/f'], { code: 0 }, 'same');
    put('list', undefined);
    await expectBoth(undefined, ['-pc'], { code: 0 }, { code: 1 });
    expect(pair.wrapped.readText('var/lib/tumpline/sets/stamp')).toBeUndefined();
  });
});
