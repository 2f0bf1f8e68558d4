/** Rows of the tables about what is not emerge's arguments: dependencies, quickpkg, portageq, colours. */
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { builtTree } from '../commands/built.ts';
import { emerge } from '../kit/environment.ts';
import { begin, expectBoth, pair, put, tumpline, useRoots, whole } from './kit.ts';

useRoots();

whole('1.10', () => {
  test('1.10 a set has no place in dependencies, and the wrapper gives it none', async () => {
    const ebuild = 'EAPI=8\nDESCRIPTION="x"\nSLOT=0\nKEYWORDS="amd64"\nRDEPEND="@s"\n';
    const files = { 'var/db/repos/testbed/app-t/odd/odd-1.ebuild': ebuild };
    const given = { sets: { s: 'app-t/f\n' }, files };
    begin(given);
    await expectBoth(undefined, ['-p', 'app-t/odd'], { code: 1, silentOn: /app-t\/f-1/ }, 'same');
    put('var/db/repos/testbed/app-t/odd', undefined);
  });
});

whole('2.siblings', () => {
  const sibling = (name: string) => join(dirname(emerge), name);

  test('2.quickpkg takes a set, a generated one too', async () => {
    await expectBoth(
      { sets: { s: 'app-t/f\n?app-t/nobody\n-app-t/a\n' } },
      ['--oneshot', '--quiet', 'app-t/f'],
      { code: 0, come: ['app-t/f-1'] },
      { code: 0, come: ['app-t/f-1'] },
    );
    await tumpline('enable', 'sets');
    const root = pair.wrapped;
    const { exitCode, stdout, stderr } = await root.run(sibling('quickpkg'), ['@s']);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(`${stdout}${stderr}`).toMatch(/Building package for app-t\/f-1/);
    const { stdout: folder } = await root.run(sibling('portageq'), ['envvar', 'PKGDIR']);
    expect(existsSync(join(folder.trim(), 'app-t'))).toBe(true);
    await tumpline('disable', 'sets');
  });

  test('2.portageq knows no sets; what one holds is told by sets expand', async () => {
    begin({ sets: { s: 'app-t/f\n@t\n', t: 'app-t/g\n' } });
    const { stdout: verbs } = await pair.wrapped.run(sibling('portageq'), ['--help']);
    expect(verbs).toMatch(/^ {3}best_visible/m);
    expect(verbs).not.toMatch(/^ {3}\w*sets?\b/m);
    const command = join(await builtTree(), 'bin/tumpline');
    const env = { TUMPLINE_EMERGE: emerge };
    const { stdout } = await pair.wrapped.run(command, ['sets', 'expand', '@s'], { env });
    expect(stdout).toBe('app-t/f\napp-t/g\n');
  });

  test('2.colour members of a selected set stand out as emerge has it, in the same bytes', async () => {
    const given = { sets: { s: 'app-t/f\n' }, worldSets: ['@s'] };
    const { plain } = await expectBoth(given, ['-p', '--color=y', '@s'], { code: 0 }, 'same');
    const other = await expectBoth({}, ['-p', '--color=y', 'app-t/f', '--oneshot'], { code: 0 }, 'same');
    const row = (text: string) => text.split('\n').find(line => line.includes('app-t/f-1'));
    expect(row(plain.stdout)).toContain('\x1b[');
    expect(row(plain.stdout)).not.toBe(row(other.plain.stdout));
  });
});
