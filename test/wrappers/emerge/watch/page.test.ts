import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clockText } from '../../../../wrappers/emerge/local-time.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import type { PageFacts } from '../../../../wrappers/emerge/watch/about.ts';
import { commandText, type Ink } from '../../../../wrappers/emerge/watch/line.ts';
import { pageRows, pictureHeight } from '../../../../wrappers/emerge/watch/page.ts';
import { atFirst, type ViewState } from '../../../../wrappers/emerge/watch/state.ts';
import { randomInput, seeded } from '../picture/random.ts';

const plain = new Proxy({}, { get: () => '' }) as Ink['palette'];
const loud = new Proxy({}, { get: () => '35;01' }) as Ink['palette'];

const scenes = fc.record({
  seed: fc.nat(1_000_000),
  columns: fc.integer({ min: 20, max: 200 }),
  rows: fc.integer({ min: 6, max: 70 }),
  words: fc.array(fc.string({ unit: 'grapheme', maxLength: 30 }), { maxLength: 6 }),
  notice: fc.option(fc.string({ unit: 'binary', maxLength: 120 }), { nil: undefined }),
  exit: fc.option(fc.nat(255), { nil: undefined }),
  over: fc.boolean(),
  help: fc.boolean(),
  log: fc.boolean(),
  focused: fc.boolean(),
  color: fc.boolean(),
});

test('a page has as many rows as the terminal, none too wide, and says nothing to it but colours', () => {
  fc.assert(
    fc.property(scenes, scene => {
      const { columns, rows, color } = scene;
      const input = {
        ...randomInput(seeded(scene.seed), 40),
        size: { columns: columns - 1, rows: pictureHeight(rows) },
        style: { unicode: true, color },
      };
      const frame = drawFrame(input);
      const id = input.index.graph.nodes[scene.seed % input.index.graph.nodes.length]?.id ?? '';
      const state: ViewState = {
        ...atFirst,
        help: scene.help,
        ...(scene.focused ? { focus: { id, beside: [id] } } : {}),
        ...(scene.log ? { page: 'log', log: { id } } : {}),
      };
      const facts: PageFacts = {
        pid: 4711,
        words: scene.words,
        began: 1_700_000_000_000,
        now: 1_700_000_500_000,
        ended: scene.over ? { at: 1_700_000_400_000, exit: scene.exit } : undefined,
        notice: scene.notice,
      };
      const ink: Ink = { unicode: true, color, palette: color ? loud : plain };
      const page = pageRows(
        state,
        facts,
        input,
        frame.lines,
        '/var/log/portage/a.log',
        { columns, rows },
        ink,
      );
      expect(page).toHaveLength(rows);
      for (const row of page) {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape itself
        const text = row.replace(/\x1b\[[\d;]*m/g, '');
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what must not be there
        expect(text).not.toMatch(/[\x00-\x1f\x7f-\x9f\u202a-\u202e]/);
        if (!color) expect(text).toBe(row);
        expect([...text].length).toBeLessThan(columns);
      }
      if (!scene.help && !scene.log && scene.notice === undefined)
        expect(page.join('\n')).toContain(`/${input.index.graph.nodes.length} done`.slice(0, columns - 8));
    }),
    { numRuns: 150 },
  );
});

test('a high terminal has the list below the picture, and all of it where there is room', () => {
  const input = randomInput(seeded(7), 30);
  const size = { columns: 200, rows: 50 };
  const drawn = {
    ...input,
    size: { columns: 199, rows: pictureHeight(50) },
    style: { unicode: true, color: false },
  };
  const facts = { pid: 1, words: [], began: 0, now: 0, ended: undefined, notice: undefined };
  const ink = { unicode: true, color: false, palette: plain };
  const page = pageRows(atFirst, facts, drawn, drawFrame(drawn).lines, undefined, size, ink).join('\n');
  for (const { id } of input.index.graph.nodes) expect(page).toContain(` ${id}`);
});

test('words of a command line and times', () => {
  expect(commandText(['-1', '--jobs=2', '>=dev-libs/a-1.2_rc3:0/1', '@world'])).toBe(
    '-1 --jobs=2 >=dev-libs/a-1.2_rc3:0/1 @world',
  );
  expect(commandText(['a b', '\x1b[2J'])).toBe("'a b' '?[2J'");
  const noon = new Date(2026, 10, 21, 12, 5).getTime();
  expect(clockText(noon, noon + 3_600_000)).toBe('12:05');
  expect(clockText(noon, noon + 86_400_000)).toBe('2026-11-21 12:05');
});
