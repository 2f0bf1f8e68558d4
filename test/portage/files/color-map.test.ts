import { afterAll, beforeAll, expect, it } from 'vitest';
import { colorParameters, parseColorMap } from '../../../portage/files/color-map.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { type Random, random } from '../../kit/random.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Answer {
  readonly codes: Record<string, string>;
  readonly styles: Record<string, readonly string[]>;
  readonly sequences: Record<string, string>;
  readonly complaints: number;
  readonly ended: boolean;
}

async function compare(texts: readonly string[]): Promise<Answer[]> {
  const answers = await oracle.askAll<Answer>(
    'colorMap',
    texts.map(text => [text]),
  );
  texts.forEach((text, at) => {
    const theirs = answers[at] as Answer;
    const { value, problems } = parseColorMap(text);
    const shown = JSON.stringify(text);
    expect(Object.fromEntries(value.codes), shown).toEqual(theirs.codes);
    expect(Object.fromEntries(value.styles), shown).toEqual(theirs.styles);
    expect(problems.length, shown).toBe(theirs.complaints + (theirs.ended ? 1 : 0));
    for (const [name, sequence] of Object.entries(theirs.sequences)) {
      const parameters = [...sequence.matchAll(/\[([0-9;]*)m/g)].map(found => found[1] || '0').join(';');
      expect(colorParameters(value, name), shown).toBe(/^[0;]*$/.test(parameters) ? '' : parameters);
    }
  });
  return answers;
}

it.each([
  ['nothing', ''],
  ['a colour, a chain, a code', 'GOOD = blue\nPKG_MERGE = "bold purple bg_black"\nWARN=\'38;5;208m\'\n'],
  ['a colour means another one', 'green = 0xAA00AA\nteal = bold red\nnormal=m\n'],
  ['comments, blanks, line ends', '# all\r\n\r\n  BAD = purple # loud\r\nGOOD=teal\n\n'],
  ['no end of line', 'GOOD = blue'],
  ['unknown names and colours', 'NONE = red\nGOOD = pink red\nBAD = blue\n'],
  ['two signs', 'GOOD = blue\nBAD = a = b\nWARN = red\n'],
  ['no sign', 'GOOD blue\nWARN = red\n'],
  ['no value', 'GOOD = blue\nBAD =\nWARN = red\n'],
  ['no name', '= blue\nWARN = red\n'],
  ['quotes alone', 'GOOD = ""\nBAD = "\nWARN = \'red"\n"HILITE" = white\n'],
  ['what is no code', 'GOOD = 31\nBAD = 3x1m\nWARN = 31;m\nHILITE = mm\n'],
])('color.map, %s', async (_, text) => {
  await compare([text]);
});

const names = [
  'GOOD',
  'BAD',
  'PKG_MERGE',
  'PKG_NOMERGE',
  'NORMAL',
  'red',
  'teal',
  '0x00AA00',
  'bold',
  'NONE',
];
const values = [
  'red',
  'bg_teal',
  'faint',
  '0xFF5555',
  '0xAAAA00',
  '31m',
  '38;5;208m',
  'm',
  'pink',
  '1',
  'ä',
  '𝄞',
];

function randomMap(choose: Random): string {
  const quote = () => choose.pick(['', '', '', '"', "'"]);
  const lines = Array.from({ length: choose.below(7) }, () => {
    if (choose.chance(0.1))
      return choose.pick(['', '#', '   ', '=', 'a=', '= =', 'GOOD', '\t', '\x1f', ' # =']);
    const value = Array.from({ length: choose.below(4) }, () => choose.pick(values)).join(
      choose.pick([' ', '\t', '  ']),
    );
    const mark = quote();
    const sign = choose.chance(0.03) ? choose.pick(['', '==', ':']) : '=';
    const side = choose.pick(['', ' ', '\u{a0}']);
    return `${choose.pick(['', ' '])}${choose.pick(names)}${side}${sign}${side}${mark}${value}${choose.chance(0.9) ? mark : quote()}${choose.pick(['', '', ' ', '# x'])}`;
  });
  return lines.map(line => line + choose.pick(['\n', '\n', '\n', '\r\n', '\r', ''])).join('');
}

it('says what Portage says of random files', async () => {
  const choose = random(20);
  const answers = await compare(Array.from({ length: quick ? 300 : 1500 }, () => randomMap(choose)));
  const plain = JSON.stringify((await compare(['']))[0]?.styles);
  expect(answers.filter(answer => answer.ended).length).toBeGreaterThan(answers.length / 20);
  expect(answers.filter(answer => !answer.ended && answer.complaints === 0).length).toBeGreaterThan(
    answers.length / 20,
  );
  expect(answers.filter(answer => JSON.stringify(answer.styles) !== plain).length).toBeGreaterThan(
    answers.length / 3,
  );
});
