/** A package move, from the refusal to the mended source: Portage renames what is installed, a set file is ours to mend. */
import { expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';
import { emerge } from '../kit/environment.ts';
import { begin, expectBoth, pair, put, useRoots, whole } from './kit.ts';

useRoots();

const updates = 'var/db/repos/testbed/profiles/updates/1Q-2026';

whole('a package move', () => {
  test('is followed by check --fix, and then depclean keeps the package', async () => {
    begin({
      sets: { s: '# mine\napp-t/a # the first\napp-t/b\n' },
      world: ['app-t/d', 'app-t/c', 'app-t/e'],
      worldSets: ['@s'],
    });
    put(updates, 'move app-t/a app-t/new\n');
    const hint = /^try: tumpline sets check --fix s$/m;
    await expectBoth(undefined, ['--depclean'], { code: 0, gone: ['app-t/a-1'] }, { code: 1, says: hint });
    const { exitCode, stderr } = await pair.wrapped.run(
      `${await builtTree()}/bin/tumpline`,
      ['sets', 'check', '--fix', 's'],
      { env: { TUMPLINE_EMERGE: emerge } },
    );
    expect(exitCode, stderr).toBe(0);
    expect(pair.wrapped.readText('etc/portage/sets/s')).toBe('# mine\napp-t/new # the first\napp-t/b\n');
    const { wrapped } = await expectBoth(
      undefined,
      ['--depclean'],
      { code: 0 },
      { code: 0, gone: ['app-t/a-1'], come: ['app-t/new-1'] },
    );
    expect(wrapped.stdout).toContain('Performing Global Updates');
    put(updates, undefined);
  });
});
