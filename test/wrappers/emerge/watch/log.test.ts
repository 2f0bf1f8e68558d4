import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cellsOf } from '../../../../wrappers/emerge/watch/cells.ts';
import { type Frame, foldLine, scroll, visibleRows } from '../../../../wrappers/emerge/watch/log-rows.ts';
import { type LogLine, logLine } from '../../../../wrappers/emerge/watch/log-text.ts';

const style = { unicode: true, color: true };
const textOf = (line: LogLine) => line.map(({ text }) => text).join('');

/** Pieces of what compilers, progress bars and enemies write. */
const pieces = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ maxLength: 40 }),
    fc.constantFrom(
      ...[
        '\x1b[31;01m',
        '\x1b[m',
        '\x1b[38;5;208m',
        '\x1b[5;8m',
        '\x1b[2J',
        '\x1b[?1049l',
        '\x1b]0;title\x07',
      ],
      ...[
        '\x1b]52;c;AAAA\x1b\\',
        '\x1bPq#0\x1b\\',
        '\x1bc',
        '\x1b(0',
        '\x9b2J',
        '\x1b',
        '\x1b[',
        '\r',
        '\t',
        '\b',
      ],
      ...['\u202e', '漢字', '\u0301', '🙂'],
    ),
  ),
  { maxLength: 12 },
);
// biome-ignore lint/suspicious/noControlCharactersInRegex: what the rows may contain, and nothing else
const harmless = /^(?:\x1b\[[\d;]*m|[^\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069])*$/;

test('whatever stands in a log, its rows are printable text and colours, and no wider than told', () => {
  fc.assert(
    fc.property(pieces, fc.integer({ min: 2, max: 120 }), fc.boolean(), (parts, columns, color) => {
      const raw = parts.join('').replaceAll('\n', ' ');
      for (const row of foldLine(logLine(raw), { columns, style: { unicode: true, color } })) {
        expect(row).toMatch(harmless);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape itself
        const plain = row.replace(/\x1b\[[\d;]*m/g, '');
        if (!color) expect(plain).toBe(row);
        else if (plain !== row) expect(row.slice(row.lastIndexOf('\x1b')).startsWith('\x1b[m')).toBe(true);
        expect([...plain].reduce((sum, one) => sum + cellsOf(one), 0)).toBeLessThanOrEqual(columns);
        // neither blinking nor hidden
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the escape itself
        for (const [, parameters = ''] of row.matchAll(/\x1b\[([\d;]*)m/g))
          expect(parameters.replace(/[34]8;(5;\d+|2;\d+;\d+;\d+)/g, '')).not.toMatch(/(^|;)[58](;|$)/);
      }
    }),
    { numRuns: 800 },
  );
});

test('text and colours are kept', () => {
  expect(logLine('\x1b[32;01m * \x1b[0mmake -j2')).toEqual([
    { text: ' * ', look: '32;1' },
    { text: 'make -j2', look: '' },
  ]);
  expect(textOf(logLine(' 10%\r 55%\r100%\r'))).toBe('100%');
  expect(textOf(logLine('\x1b]0;sandbox\x07naïve \x1b[2K‘x’'))).toBe('naïve ‘x’');
  expect(foldLine(logLine('\x1b[31mabcdef\x1b[39m'), { columns: 4, style })).toEqual([
    '\x1b[31mabcd\x1b[m',
    '\x1b[31mef\x1b[m',
  ]);
  expect(foldLine(logLine('a\tb\x1b[1m‘'), { columns: 20, style: { unicode: false, color: false } })).toEqual(
    ['a       b?'],
  );
  expect(foldLine([], { columns: 4, style })).toEqual(['']);
});

const logs = fc.record({
  first: fc.nat(5),
  texts: fc.array(fc.string({ maxLength: 30 }), { maxLength: 30 }),
  columns: fc.integer({ min: 1, max: 20 }),
  rows: fc.integer({ min: 1, max: 15 }),
  moves: fc.array(fc.integer({ min: -20, max: 20 }), {
    maxLength: 12,
  }),
});

test('scrolling moves by rows of the folded log, and stops at its ends', () => {
  fc.assert(
    fc.property(logs, ({ first, texts, columns, rows, moves }) => {
      const log = { first, lines: texts.map(logLine) };
      const frame: Frame = { columns, rows, style: { unicode: true, color: false } };
      const all = log.lines.flatMap(line => foldLine(line, frame));
      const last = Math.max(0, all.length - rows);
      expect(visibleRows(log, frame, undefined)).toEqual(all.slice(last));
      let top: ReturnType<typeof scroll>;
      let model = last;
      for (const by of moves) {
        top = scroll(log, frame, top, by);
        model = Math.max(0, Math.min(last, model + by));
        expect(top === undefined).toBe(model === last);
        expect(visibleRows(log, frame, top)).toEqual(all.slice(model, model + rows));
      }
    }),
    { numRuns: 300 },
  );
});

test('what is read stays where it is while the log grows and its start is forgotten', () => {
  const frame: Frame = { columns: 20, rows: 3, style };
  const line = (number: number) => logLine(`line ${number}`);
  const lines = Array.from({ length: 10 }, (_, at) => line(at));
  const top = scroll({ first: 0, lines }, frame, undefined, -2);
  const before = visibleRows({ first: 0, lines }, frame, top);
  expect(before).toEqual(['line 5', 'line 6', 'line 7']);
  const grown = { first: 4, lines: [...lines.slice(4), line(10), line(11)] };
  expect(visibleRows(grown, frame, top)).toEqual(before);
  expect(visibleRows(grown, frame, undefined)).toEqual(['line 9', 'line 10', 'line 11']);
  expect(scroll(grown, frame, top, 4)).toBeUndefined();
  expect(visibleRows({ first: 7, lines: grown.lines.slice(3) }, frame, top)[0]).toBe('line 7');
});
