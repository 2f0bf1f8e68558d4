/** The last row: what it says of the time, and what gives way where there is no room. */
import { expect, test } from 'vitest';
import type { Counts } from '../../../../wrappers/emerge/picture/model.ts';
import { elapsedText } from '../../../../wrappers/emerge/picture/names.ts';
import { drawFrame } from '../../../../wrappers/emerge/picture/picture.ts';
import { cpvOf, plain, sampleInput } from './sample.ts';

function row(more: Partial<Counts>, columns = 110): string {
  const input = sampleInput(
    { llvm: { state: 'building', phase: 'compile', elapsed: 72 } },
    { columns, rows: 8 },
  );
  const frame = drawFrame({ ...input, counts: { ...input.counts, ...more } });
  return plain(frame).split('\n').at(-1)?.trim() ?? '';
}

test('time left, and what the rest waits for', () => {
  expect(row({})).toBe('26/29 done   1 running   0 failed   load 3.1   for git clang nginx');
  expect(row({ left: 725 })).toBe(
    '26/29 done   1 running   0 failed   load 3.1   left 12m05   for git clang nginx',
  );
  expect(row({ left: 4020, leftGuessed: true })).toContain('load 3.1   left ~1h07   for git');
  expect(row({ left: 725, waitsFor: cpvOf('llvm') })).toContain('left 12m05   waits for llvm   for git');
  expect(row({ left: 0.2 })).toContain('left 0m00');
});

test('a bottleneck without a time, or that is not listed, is not named', () => {
  expect(row({ waitsFor: cpvOf('llvm') })).not.toContain('waits');
  expect(row({ left: 3, waitsFor: 'cat/other-1' })).not.toContain('waits');
});

test('what does not fit is left out from the right', () => {
  const all = { left: 725, waitsFor: cpvOf('llvm') };
  expect(row(all, 80)).toBe('26/29 done   1 running   0 failed   load 3.1   left 12m05   waits for llvm');
  expect(row(all, 70)).toBe('26/29 done   1 running   0 failed   load 3.1   left 12m05');
  expect(row(all, 55)).toBe('26/29 done   1 running   0 failed   load 3.1');
});

test('no time is wider than five cells', () => {
  const times: readonly (readonly [number, string])[] = [
    [-1, '0m00'],
    [42.9, '0m42'],
    [3599, '59m59'],
    [3600, '1h00'],
    [359_999, '99h59'],
    [360_000, '4d04'],
    [8_639_999, '99d23'],
    [8_640_000, '100d'],
    [1e300, '9999d'],
    [Number.POSITIVE_INFINITY, '9999d'],
    [Number.NaN, '0m00'],
  ];
  for (const [seconds, text] of times) expect(elapsedText(seconds)).toBe(text);
});
