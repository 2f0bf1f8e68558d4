import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { ebuildEapi, parseDependOutput } from '../../../portage/files/depend-output.ts';
import { python, quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';

const script = `
import io, json, sys
import portage
answers = []
for text in json.load(sys.stdin):
    eapi, line = portage._parse_eapi_ebuild_head(io.TextIOWrapper(io.BytesIO(text.encode("utf-8", "surrogatepass")), encoding="utf-8", errors="replace"))
    answers.append("0" if eapi is None else eapi)
print(json.dumps(answers))
`;

test('the EAPI that an ebuild names, as Portage reads it', () => {
  const next = random(3);
  const bits = `EAPI= EAPI EAPI=8 EAPI="7" EAPI='6' EAPI="5' EAPI=4-x EAPI=$(id) EAPI=8;id #x # x=1 " ' 8 9 inherit`;
  const parts = [
    ...bits.split(' '),
    ' ',
    '\t',
    '\n',
    '\n',
    '\n\n',
    '\r\n',
    '\r',
    '\f',
    '\u{a0}',
    '\u{feff}',
    '\u{1c}',
    '\u{85}',
  ];
  const texts = Array.from({ length: quick ? 500 : 5000 }, () =>
    Array.from({ length: 1 + next.below(7) }, () => next.pick(parts)).join(''),
  );
  texts.push('', '\n', 'EAPI=8', '# c\n\nEAPI=8 # c\n', 'EAPI=8#c', '\u{feff}EAPI=8\n');
  const asked = spawnSync(python, ['-B', '-c', script], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
    timeout: 60_000,
  });
  const theirs = JSON.parse(asked.stdout) as string[];
  const pairs = (answers: readonly (string | undefined)[]) =>
    texts.map((text, i) => [text, answers[i] ?? '']);
  expect(pairs(texts.map(ebuildEapi))).toEqual(pairs(theirs));
  expect(new Set(theirs).size).toBeGreaterThan(5);
});

describe('what the depend phase prints', () => {
  const sound = 'SLOT=0\nDEPEND=\nDESCRIPTION=a = b ü\nINHERITED= b a b\nEAPI=8\nINHERIT=b\n';

  test('fields sorted, empty ones left out, eclasses apart', () => {
    expect(parseDependOutput(sound, '8')).toEqual({
      fields: new Map([
        ['DESCRIPTION', 'a = b ü'],
        ['EAPI', '8'],
        ['INHERIT', 'b'],
        ['SLOT', '0'],
      ]),
      inherited: ['a', 'b'],
    });
  });

  test.each([
    ['another EAPI', sound, '7'],
    ['no end', sound.slice(0, -1), '8'],
    ['nothing', '', '8'],
    ['a key twice', `${sound}SLOT=1\n`, '8'],
    ['a key of its own', `${sound}_md5_=1\n`, '8'],
    ['no key', `${sound}x\n`, '8'],
    ['an empty line', `${sound}\n`, '8'],
    ['no slot', sound.replace('SLOT=0', 'SLOT='), '8'],
    ['an escape sequence', sound.replace('a = b', '\u{1b}[2J'), '8'],
    ['a line separator', sound.replace('a = b', 'a\u{2028}b'), '8'],
    ['bytes that are no text', sound.replace('a = b', '\u{fffd}'), '8'],
    ['a path for an eclass', sound.replace('b a b', '../a'), '8'],
  ])('%s: none of it', (_, text, eapi) => {
    expect(parseDependOutput(text, eapi)).toBeUndefined();
  });
});
