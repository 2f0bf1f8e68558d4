import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Atom, parseAtom } from '../../portage/atom.ts';
import { parseSetFile, type SetEntry } from '../../portage/files/set-file.ts';
import { fixSetText } from '../../sets/fix.ts';

const moved = (atom: Atom) =>
  atom.cp === 'old/name'
    ? parseAtom(`${atom.operator ?? ''}new/name${atom.version ? `-${atom.version.text}` : ''}`)
    : undefined;

const token = fc.constantFrom(
  ...[
    'a/a',
    'b/b',
    '?c/c',
    '-a/a',
    '@kit',
    'old/name',
    '?old/name',
    '>=old/name-1',
    '-old/name',
    'solo',
    'foo?',
    '(',
    ')',
    '#',
    '# x',
    '@',
  ],
);
const blank = fc.constantFrom(' ', '\t', '  ');
const line = fc.array(fc.tuple(token, blank), { maxLength: 4 }).map(parts => parts.flat().join(''));
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n')), { maxLength: 6 })
  .chain(lines => fc.constantFrom('', '\uFEFF').map(mark => mark + lines.flat().join('')));

function texts(entries: readonly SetEntry[]): string[] {
  return entries.flatMap(entry => {
    if (entry.kind === 'conditional') return texts(entry.entries);
    const name = 'text' in entry ? entry.text : `@${entry.name}`;
    return `${entry.kind} ${name.replace('old/name', 'new/name')}`;
  });
}

test('what is mended stays mended, no entry is lost, and lines without a fix stay as they are', () => {
  fc.assert(
    fc.property(text, original => {
      const { text: fixed, fixes } = fixSetText(original, moved);
      expect(fixSetText(fixed, moved).fixes).toEqual([]);
      const before = texts(parseSetFile(original).entries);
      const after = texts(parseSetFile(fixed).entries);
      expect(after).toEqual(expect.arrayContaining(before));
      expect(parseSetFile(fixed).problems.length).toBeLessThanOrEqual(parseSetFile(original).problems.length);
      const lines = original.replace('\uFEFF', '').split('\n');
      const touched = new Set(fixes.filter(({ code }) => code !== 'bom').map(one => one.line));
      const kept = lines.filter((_, index) => !touched.has(index + 1));
      const left = fixed.split('\n');
      for (const one of kept) {
        const at = left.indexOf(one);
        expect(at).toBeGreaterThanOrEqual(0);
        left.splice(0, at + 1);
      }
      if (fixes.length === 0) expect(fixed).toBe(original);
    }),
    { numRuns: 2000 },
  );
});
