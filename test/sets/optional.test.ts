/** An optional member that is merged with --oneshot, and depclean right behind it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { begin, expectBoth, pair, tumpline, useRoots, whole } from './kit.ts';

useRoots();

function generated(root: { readonly directory: string }): string {
  return readFileSync(join(root.directory, 'var/lib/tumpline/sets/generated/kit'), 'utf8');
}

whole('an optional member merged meanwhile', () => {
  test('stays where depclean is called through the wrapper; plain emerge learns of it at the next look', async () => {
    begin({ sets: { kit: 'app-t/a\n?app-t/f\n' }, worldSets: ['@kit'], installed: { 'app-t/a-1': {} } });
    await tumpline('enable', 'sets');
    await tumpline('sets', 'check');
    const merged = { code: 0, come: ['app-t/f-1'] };
    await expectBoth(undefined, ['-1q', 'app-t/f'], merged, merged);
    expect(generated(pair.wrapped)).not.toContain('app-t/f');
    await expectBoth(undefined, ['-cq'], { code: 0, gone: ['app-t/f-1'] }, { code: 0 });
    expect(generated(pair.wrapped)).toContain('app-t/f');
    await pair.both(['-1q', 'app-t/f'], { named: true });
    expect(pair.plain.merged()).toContain('app-t/f-1');
    await tumpline('sets', 'check');
    await expectBoth(undefined, ['-cq'], { code: 0 }, { code: 0 });
  });

  test('does not stand in the way when it goes', async () => {
    begin({
      sets: { kit: 'app-t/a\n?app-t/f\n' },
      worldSets: ['@kit'],
      installed: { 'app-t/a-1': {}, 'app-t/f-1': {} },
    });
    await tumpline('enable', 'sets');
    expect(generated(pair.plain)).toContain('app-t/f');
    await expectBoth(
      undefined,
      ['-Cq', 'app-t/f'],
      { code: 0, gone: ['app-t/f-1'] },
      { code: 0, gone: ['app-t/f-1'] },
    );
    // until the next look it is a member for plain emerge, and would be merged again
    const { plain, wrapped } = await pair.both(['-puq', '@kit'], { named: true });
    expect([plain.stdout, wrapped.stdout]).toEqual([
      expect.stringContaining('app-t/f-1'),
      expect.not.stringContaining('app-t/f-1'),
    ]);
  });
});
