/** The picture of a terminal in README: each character in its cell, in its colour. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { XMLParser } from 'fast-xml-parser';
import { expect, test } from 'vitest';
import { terminalSvg } from '../../../../build/terminal-svg.mjs';
import { top } from '../../../kit/environment.ts';

interface Drawn {
  readonly svg: {
    readonly title: string;
    readonly text: readonly { readonly '#text': string; readonly '@x': string; readonly '@fill': string }[];
    readonly path: readonly { readonly '@d': string; readonly '@stroke': string }[];
  };
}

function read(text: string): Drawn['svg'] {
  const parser = new XMLParser({
    ignoreAttributes: false,
    attributeNamePrefix: '@',
    trimValues: false,
    parseTagValue: false,
    isArray: name => name === 'text' || name === 'path',
  });
  return (parser.parse(text) as Drawn).svg;
}

test('words keep their columns and colours, lines join from cell to cell', () => {
  const { text, path } = read(
    terminalSvg(['>>> \x1b[32m<a>\x1b[0m  b', ' \x1b[36m──╮\x1b[m', '\x1b[36m   ┃\x1b[39m ok'], 12, 'a & b'),
  );
  expect(text.map(({ '#text': word }) => word)).toEqual(['>>>', '&#60;a>', 'b', 'ok']);
  const columns = text.map(({ '@x': x }) => (Number(x) - 14) / 8.43);
  for (const [at, column] of [0, 4, 9, 5].entries()) expect(columns[at]).toBeCloseTo(column, 1);
  expect(text[1]?.['@fill']).not.toBe(text[0]?.['@fill']);
  const [light = '', heavy = ''] = path.map(({ '@d': data }) => data);
  // the middle of the fourth cell, where the corner leaves downwards and the wall comes in
  expect(light).toContain('M43.51 50Q');
  expect(heavy).toContain('L43.51 50');
});

test('the one in README is of a real merge', () => {
  const file = readFileSync(join(top, 'docs/pictures/terminal.svg'), 'utf8');
  expect(file.length).toBeLessThan(40_000);
  const { text, title } = read(file);
  const words = text.map(({ '#text': word }) => word).join('|');
  expect(words).toMatch(/>>> Jobs:.*\|glib\|compile\|.*\|freetype\|compile\|/);
  expect(words).toMatch(/3\/10 done\|2 running\|0 failed\|load \d+\.\d\|left \d+m\d\d\|for pango$/);
  expect(readFileSync(join(top, 'README.md'), 'utf8')).toContain('](docs/pictures/terminal.svg)');
  expect(title).toMatch(/terminal/);
});
