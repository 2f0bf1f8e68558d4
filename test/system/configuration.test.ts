import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { loadConfiguration, readConfiguration } from '../../system/configuration.ts';
import { type Key, keys, sections } from '../../system/configuration-keys.ts';
import { top } from '../kit/environment.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-conf-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const defaults = {
  distcc: { strikes: 3, checks: true },
  emerge: { graph: true },
  graph: { rows: undefined, nodes: 12, ascii: 'auto', color: 'auto' },
  olm: { age: 14, uncached: 'sandbox', keep: 3 },
};

test('an empty text gives the defaults', async () => {
  expect(await readConfiguration('', 'f')).toEqual({ settings: defaults, problems: [] });
});

test('every key is read and typed', async () => {
  const text =
    '\uFEFF# all\n[emerge]\ngraph = no\n[graph]\r\nrows = 20 ; so many\nnodes=9\nascii = yes\ncolor = "no"\n[olm]\nage = 60\nuncached = no\nkeep = 0\n[distcc]\nstrikes = 1\nchecks = no\n';
  expect(await readConfiguration(text, 'f')).toEqual({
    settings: {
      emerge: { graph: false },
      graph: { rows: 20, nodes: 9, ascii: 'yes', color: 'no' },
      olm: { age: 60, uncached: 'no', keep: 0 },
      distcc: { strikes: 1, checks: false },
    },
    problems: [],
  });
  expect((await readConfiguration('[graph]\nrows=auto', 'f')).problems).toEqual([]);
});

test.each([
  ['graph = no', 'f: graph: stands before any [section]; ignored'],
  ['[emerg]\ngraph = no', 'f: [emerg]: unknown section; did you mean emerge?'],
  ['[graph]\nnode = 3', 'f: [graph] node: unknown key; did you mean nodes?'],
  ['[graph]\nnodes = many', "f: [graph] nodes: 'many' is not a whole number from 3 to 60; the default holds"],
  ['[graph]\nnodes = 2', "f: [graph] nodes: '2' is not a whole number from 3 to 60; the default holds"],
  [
    '[graph]\nrows = -1',
    "f: [graph] rows: '-1' is not auto or a whole number from 8 to 200; the default holds",
  ],
  ['[graph]\nascii = \u001b[2J', "f: [graph] ascii: '\\u001b[2J' is not auto, yes, no; the default holds"],
  ['[emerge]\ngraph[] = no', "f: [emerge] graph: 'a list' is not yes or no; the default holds"],
  ['[emerge]\ngraph = perhaps', "f: [emerge] graph: 'perhaps' is not yes or no; the default holds"],
  ['emerge = 1\n[emerge]\ngraph = no', 'f: emerge: stands before any [section]; ignored'],
  ['[emerge]\nconstructor = 1', 'f: [emerge] constructor: unknown key; known are graph'],
])('%j is told and changes nothing', async (text, problem) => {
  expect(await readConfiguration(text, 'f')).toEqual({ settings: defaults, problems: [problem] });
});

test('no text whatever breaks the reading', async () => {
  const piece = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '[graph]',
      '[emerge]',
      '[a.b]',
      '\n',
      '=',
      'nodes',
      '[]',
      'graph',
      '__proto__',
      '"',
      "'",
      ';',
      '\\',
    ),
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 12 }), async pieces => {
      const { settings } = await readConfiguration(pieces.join(''), 'f');
      expect(Object.keys(settings).sort()).toEqual(Object.keys(defaults));
      expect(settings.graph.nodes).toBeGreaterThanOrEqual(3);
      expect(typeof settings.emerge.graph).toBe('boolean');
    }),
    { numRuns: 500 },
  );
});

test('TUMPLINE_CONFIG takes the place of the file; a named file that is missing is told', async () => {
  const [usual, other] = [join(scratch, 'usual.conf'), join(scratch, 'other.conf')];
  writeFileSync(usual, '[graph]\nnodes = 4\n');
  writeFileSync(other, '[graph]\nnodes = 5\n');
  expect(await loadConfiguration(usual, {})).toMatchObject({
    file: usual,
    exists: true,
    settings: { graph: { nodes: 4 } },
  });
  expect(await loadConfiguration(usual, { TUMPLINE_CONFIG: other })).toMatchObject({
    settings: { graph: { nodes: 5 } },
  });
  expect(await loadConfiguration(join(scratch, 'none'), {})).toMatchObject({
    exists: false,
    problems: [],
    settings: defaults,
  });
  const named = await loadConfiguration(usual, { TUMPLINE_CONFIG: join(scratch, 'none') });
  expect(named.problems).toEqual([
    `${join(scratch, 'none')}: named by TUMPLINE_CONFIG, but there is no such file`,
  ]);
  expect(await loadConfiguration(scratch, {})).toMatchObject({
    settings: defaults,
    problems: [`${scratch}: is a directory`],
  });
});

test('tumpline.conf(5) describes every section and key with its default, and no other', () => {
  const page = readFileSync(join(top, 'man/tumpline.conf.5'), 'utf8');
  const described = [...page.matchAll(/^\.SS \[(\w+)\]\n([\s\S]*?)(?=^\.S[SH] )/gm)].flatMap(
    ([, section, body]) =>
      [...(body ?? '').matchAll(/^\.BR "([\w-]+)" " = .*"\n(?:.*\n)*?Default: (\S+?)\.$/gm)].map(
        ([, key, value]) => `${section}.${key}=${value}`,
      ),
  );
  const expected = Object.entries<Record<string, Key>>(keys).flatMap(([section, table]) =>
    Object.entries(table).map(([name, key]) => {
      const value =
        key.kind === 'auto-whole'
          ? 'auto'
          : key.kind === 'yesno'
            ? key.default
              ? 'yes'
              : 'no'
            : key.default;
      return `${section}.${name}=${value}`;
    }),
  );
  expect(described).toEqual(expected);
  expect(Object.keys(keys).every(section => (sections as readonly string[]).includes(section))).toBe(true);
});
