import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { atomText } from '../../../portage/atom.ts';
import { parseListedAtom, parseOverlayList } from '../../../portage/files/overlay-list.ts';
import { readSelections } from '../../../wrappers/olm/list.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { random } from '../../kit/random.ts';
import { anyAtom, spoilt } from '../../kit/words.ts';
import { atomTexts } from '../../portage/atom-texts.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-list-'));
let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => {
  oracle.stop();
  rmSync(scratch, { recursive: true });
});

interface Answer {
  blocker: string;
  repo: string | null;
  use: object | null;
}

/** Whether a line is a selection, as Portage says of the atom. */
async function expectAgreement(texts: readonly string[]): Promise<number> {
  const asked = texts.map(text => [text, { allow_repo: true, allow_wildcard: true }] as const);
  const answers = await oracle.askAll<Answer | null>('atom', asked);
  const theirs = texts.filter((_, index) => {
    const answer = answers[index];
    return answer && answer.blocker === '' && answer.use === null && answer.repo !== null;
  });
  expect(texts.filter(text => parseListedAtom(text).atom !== undefined)).toEqual(theirs);
  for (const text of theirs) expect(atomText(parseListedAtom(text).atom!)).toBe(text);
  return theirs.length;
}

describe('what is a selection, Portage says', () => {
  test('of the texts that try its rules', async () => {
    const texts = Object.values(atomTexts).flat();
    const all = texts.flatMap(text => [text, `${text}::guru`, `!${text}::guru`, `${text}::guru[x]`]);
    expect(await expectAgreement(all)).toBeGreaterThan(50);
  });

  test('of texts by chance', async () => {
    const rng = random(20_260);
    const texts = Array.from({ length: quick ? 3_000 : 30_000 }, () => {
      const atom = `${anyAtom(rng)}${rng.chance(0.7) ? `::${rng.pick(['guru', 'kde', '_x', '-x', 'a.b', ''])}` : ''}`;
      return rng.chance(0.4) ? spoilt(atom, rng) : atom;
    }).filter(text => !/\s/.test(text));
    expect(await expectAgreement(texts)).toBeGreaterThan(texts.length / 100);
  });
});

describe('lines', () => {
  test('comments, blanks, ends of lines and a byte order mark', () => {
    const text = '\uFEFF# mine\r\n\r\n  app-misc/foo::guru\t# why\r\n*/*::tiny\rdev-x/y#z::guru\n#a/b::c';
    const { selections, problems } = parseOverlayList(text, 'list');
    expect(selections.map(({ text, file, line }) => [text, file, line])).toEqual([
      ['app-misc/foo::guru', 'list', 3],
      ['*/*::tiny', 'list', 4],
    ]);
    expect(problems).toEqual([{ file: 'list', line: 5, what: "'dev-x/y#z::guru' is no package atom" }]);
  });

  test.each([
    ['!a/b::g', "'!a/b::g' is a blocker, and a list only says what is wanted", 'a/b::g'],
    ['!!>=a/b-1::g', "'!!>=a/b-1::g' is a blocker, and a list only says what is wanted", '>=a/b-1::g'],
    [
      'a/b::g[x]',
      "'a/b::g[x]' has USE dependencies, which choose nothing here; flags belong into package.use",
      'a/b::g',
    ],
    ['a/b[x]::g', "'a/b[x]::g' is no package atom", 'a/b::g'],
    ['a/b', "'a/b' names no overlay", 'olm search a/b'],
    ['*/b', "'*/b' names no overlay", 'olm search b'],
    ['*/*', "'*/*' names no overlay", '*/*::OVERLAY'],
    ['b', "'b' is no package atom", 'olm search b'],
    ['b::g', "'b::g' is no package atom", '*/b::g'],
    ['a/b-1::g', "'a/b-1::g' is no package atom", '=a/b-1::g'],
    ['a/b::', "'a/b::' is no package atom", undefined],
    ['a/b::../x', "'a/b::../x' is no package atom", undefined],
    ['\u001b[2J', "'\u001b[2J' is no package atom", undefined],
  ])('%j: one problem', (line, what, hint) => {
    const { selections, problems } = parseOverlayList(`x/y::g\n${line}\nx/z::g\n`, 'f');
    expect(selections.map(({ text }) => text)).toEqual(['x/y::g', 'x/z::g']);
    expect(problems).toEqual([{ file: 'f', line: 2, what, ...(hint === undefined ? {} : { hint }) }]);
  });

  test('a second word is told, and the first one counts', () => {
    expect(parseOverlayList('a/b::g ~amd64 # x\n', 'f')).toMatchObject({
      selections: [{ text: 'a/b::g', line: 1 }],
      problems: [{ line: 1, what: "'~amd64' is a second word on the line: one package a line" }],
    });
  });
});

test('a directory holds what it holds for package.use', () => {
  const overlayman = join(scratch, 'overlayman');
  expect(readSelections(overlayman)).toEqual({ selections: [], problems: [] });
  const packages = join(overlayman, 'packages');
  mkdirSync(join(packages, 'b/deep'), { recursive: true });
  mkdirSync(join(packages, '.git'));
  const put = (name: string) => writeFileSync(join(packages, name), `a/${name.replace(/\W/g, '')}::g\n`);
  for (const name of ['c', 'a', 'b/deep/x', '.hidden', 'old~', '.git/config']) put(name);
  writeFileSync(join(scratch, 'elsewhere'), 'a/linked::g\n');
  symlinkSync(join(scratch, 'elsewhere'), join(packages, 'bb'));
  const { selections } = readSelections(overlayman);
  expect(selections.map(({ text }) => text)).toEqual(['a/a::g', 'a/bdeepx::g', 'a/linked::g', 'a/c::g']);
  expect(selections[0]?.file).toBe(join(packages, 'a'));
});
