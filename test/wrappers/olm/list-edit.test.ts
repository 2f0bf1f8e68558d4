import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { readSelections } from '../../../wrappers/olm/list.ts';
import { addSelections, removeSelections, selectionOf } from '../../../wrappers/olm/list-edit.ts';
import { quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-list-edit-'));
afterAll(() => rmSync(scratch, { recursive: true }));
const overlayman = join(scratch, 'overlayman');
const packages = join(overlayman, 'packages');
beforeEach(() => rmSync(overlayman, { recursive: true, force: true }));

const add = (...texts: string[]) => addSelections(overlayman, texts.map(selectionOf));

function put(path: string, text: string | Buffer): void {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

describe('add', () => {
  test('a file comes into being, and lines go to its end', () => {
    expect(add('a/b::g', 'a/b::g')).toEqual({
      added: [{ text: 'a/b::g', file: packages, line: 1 }],
      present: [],
    });
    expect(add('a/c::g', 'a/b::g')).toEqual({
      added: [{ text: 'a/c::g', file: packages, line: 2 }],
      present: [{ text: 'a/b::g', file: packages, line: 1 }],
    });
    expect(readFileSync(packages, 'utf8')).toBe('a/b::g\na/c::g\n');
  });

  test('what stands there stays, byte for byte', () => {
    const old = Buffer.from('# caf\xe9 \xff\r\n\r\na/b::g # why', 'latin1');
    put(packages, old);
    chmodSync(packages, 0o640);
    add('a/c::g');
    const now = readFileSync(packages);
    expect(now.subarray(0, old.length)).toEqual(old);
    expect(now.subarray(old.length).toString()).toBe('\na/c::g\n');
    expect(statSync(packages).mode & 0o777).toBe(0o640);
    put(packages, 'a/b::g\r\n');
    add('a/c::g');
    expect(readFileSync(packages, 'utf8')).toBe('a/b::g\r\na/c::g\r\n');
  });

  test('in a directory where the lines of that overlay are, else in olm', () => {
    put(join(packages, 'science'), 'sci/x::science\nsci/y::kde\n');
    put(join(packages, 'desktop'), 'kde/x::kde\n');
    put(join(packages, 'zz~'), 'a/b::guru\n');
    const { added } = add('sci/z::science', 'kde/z::kde', 'a/b::guru', 'a/c::guru');
    expect(added.map(({ file, line }) => `${file.slice(packages.length + 1)}:${line}`)).toEqual([
      'science:3',
      'science:4',
      'olm:1',
      'olm:2',
    ]);
    expect(readFileSync(join(packages, 'olm'), 'utf8')).toBe('a/b::guru\na/c::guru\n');
    expect(add('a/d::guru').added[0]?.line).toBe(3);
  });

  test.each([
    ['b', "'b' is no package atom", 'olm search b'],
    ['a/b', "'a/b' names no overlay", 'olm search a/b'],
    ['a/b::g[x]', /^'a\/b::g\[x\]' has USE/, "olm add 'a/b::g'"],
    ['!a/b::g', /is a blocker/, "olm add 'a/b::g'"],
    ['a/b-1::g', /is no package atom/, "olm add '=a/b-1::g'"],
    ['a/b::g # x', /is no package atom/, undefined],
    ['a/b::g\nc/d::g', /is no package atom/, undefined],
  ])('%j is refused', (text, message, hint) => {
    expect(() => add('x/y::g', text)).toThrow(
      expect.objectContaining({
        code: 'invalid',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
        hint,
      }),
    );
    expect(readSelections(overlayman).selections).toEqual([]);
  });
});

describe('remove', () => {
  test('exactly these lines', () => {
    const text = '# a/b::g\r\na/b::g # this\r\n  a/b::g\n=a/b-1::g\n\na/b::h\nx/y::g';
    put(packages, text);
    expect(removeSelections(overlayman, ['a/b::g']).map(({ line }) => line)).toEqual([2, 3]);
    expect(readFileSync(packages, 'utf8')).toBe('# a/b::g\r\n=a/b-1::g\n\na/b::h\nx/y::g');
    expect(() => removeSelections(overlayman, ['x/y', 'a/b'])).toThrow(
      expect.objectContaining({
        code: 'refused',
        message: 'a/b: listed of g and h',
        hint: "olm remove '=a/b-1::g'",
      }),
    );
    removeSelections(overlayman, ['x/y', '=a/b-1::g']);
    expect(readFileSync(packages, 'utf8')).toBe('# a/b::g\r\n\na/b::h\n');
  });

  test('from every file of a directory', () => {
    put(join(packages, 'one'), 'a/b::g\nc/d::g\n');
    put(join(packages, 'two'), '# two\n>=a/b-2::g\n');
    expect(removeSelections(overlayman, ['a/b'])).toHaveLength(2);
    expect(readFileSync(join(packages, 'one'), 'utf8')).toBe('c/d::g\n');
    expect(readFileSync(join(packages, 'two'), 'utf8')).toBe('# two\n');
  });

  test.each([
    ['a/b::g', "olm remove '=a/b-1::g'"],
    ['app-misc/fo::g', "olm remove 'app-misc/foo::g'"],
    ['app-misc/fooo', "olm remove 'app-misc/foo::g'"],
    ['zz/yy', 'olm list'],
  ])('%s is not there', (word, hint) => {
    put(packages, '=a/b-1::g\napp-misc/foo::g\n');
    expect(() => removeSelections(overlayman, ['app-misc/foo', word])).toThrow(
      expect.objectContaining({ code: 'missing', message: `${word}: not in the list`, hint }),
    );
    expect(readFileSync(packages, 'utf8')).toBe('=a/b-1::g\napp-misc/foo::g\n');
  });
});

test('what was added can be removed again, and the file is as before', () => {
  const rng = random(11);
  for (let round = 0; round < (quick ? 30 : 300); round += 1) {
    const lines = Array.from({ length: rng.below(6) }, () =>
      rng.pick(['# é', '', '  \t', 'a/b::g # x', 'rubbish', 'c/d::h', '!a/b::g', '#a/n::g']),
    );
    const before = Buffer.from(lines.map(line => line + rng.pick(['\n', '\r\n', '\r'])).join(''));
    put(packages, before);
    const { added, present } = add('a/n::g', 'a/b::g');
    const { selections } = readSelections(overlayman);
    for (const { text, line } of [...added, ...present])
      expect(selections).toContainEqual(expect.objectContaining({ text, line }));
    removeSelections(
      overlayman,
      added.map(({ text }) => text),
    );
    expect(readFileSync(packages).equals(before)).toBe(true);
  }
});
