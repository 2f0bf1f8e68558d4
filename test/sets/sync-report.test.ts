import { describe, expect, test } from 'vitest';
import { parseSetFile } from '../../portage/files/set-file.ts';
import type { SetLookup } from '../../portage/set-evaluate.ts';
import { changeLine, setChanges } from '../../sets/sync-report.ts';

function sets(files: Record<string, string[]>): SetLookup {
  return name => {
    const lines = files[name];
    return lines && { kind: 'file', name, path: `/r/sets/${name}`, text: parseSetFile(lines.join('\n')) };
  };
}

function told(
  before: Record<string, string[]>,
  after: Record<string, string[]>,
  ...names: string[]
): string[] {
  return setChanges(names, sets(before), sets(after)).map(change => changeLine(change, []));
}

describe('a line', () => {
  test.each<[string, string[], string[], string[]]>([
    ['nothing for the same in another order', ['a/b', 'c/d'], ['# new', 'c/d', 'a/b'], []],
    ['packages that came and went', ['a/b', 'c/d'], ['a/b', 'e/f', 'g/h'], ['s: +2 -1']],
    ['other versions are counted apart', ['<a/b-2', 'c/d'], ['<a/b-3', 'c/d'], ['s: 1 with other versions']],
    ['a slot is a member of its own', ['a/b:1', 'a/b:2'], ['a/b:2', 'a/b:3'], ['s: +1 -1']],
    ['all at once', ['~a/b-1', 'c/d'], ['~a/b-2', 'e/f'], ['s: +1 -1, 1 with other versions']],
    [
      'a line that is none now',
      ['a/b'],
      ['a/b', 'solo'],
      ["s: broken: /r/sets/s line 2: 'solo' is no atom: a category is missing"],
    ],
    ['one that was none before is no news', ['solo'], ['solo', 'a/b'], ['s: +1']],
  ])('%s', (_what, before, after, lines) => {
    expect(told({ s: before }, { s: after }, 's')).toEqual(lines);
  });

  test('nested sets count, those that were not there before do not, and one that is gone is told', () => {
    const before = { s: ['@t'], t: ['a/b'], gone: ['a/b'] };
    const after = { s: ['@u'], u: ['a/b', 'c/d'], fresh: ['e/f'] };
    expect(told(before, after, 's', 'fresh', 'gone', 'never')).toEqual([
      's: +1',
      'gone: no longer in any repository; to let go of it: emerge --deselect @gone',
    ]);
    expect(told({ s: ['@t'], t: ['a/b'] }, { s: ['@t'] }, 's')).toEqual([
      "s: -1; broken: /r/sets/s line 1: there is no set '@t'",
    ]);
  });

  test('what depclean would remove: all of few, some of many, or where to ask', () => {
    const [change] = setChanges(['s'], sets({ s: ['a/b', 'c/d'] }), sets({ s: ['c/d'] }));
    if (change === undefined) throw new Error('no change');
    expect(changeLine(change, ['a/b-1'])).toBe('s: -1; depclean would now remove: a/b-1');
    const many = Array.from({ length: 13 }, (_, at) => `a/p${at}-1`);
    expect(changeLine(change, many)).toMatch(
      /^s: -1; depclean would now remove: (a\/p\d-1, ){9}a\/p9-1 and 3 more$/,
    );
    expect(changeLine(change, undefined)).toBe(
      's: -1; what depclean would now remove: emerge --pretend --depclean',
    );
  });
});
