import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { placeInLog } from '../../../../wrappers/emerge/live/log-place.ts';
import { random } from '../../../kit/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'tumpline-log-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = join(folder, 'emerge.log');

test('in a log of years the lines of a time are found from the end', () => {
  const next = random(5);
  let time = 1_400_000_000;
  const lines: [number, string][] = [];
  for (let count = 0; count < 30_000; count += 1) {
    time += next.below(400);
    lines.push([time, `${time}:  >>> emerge (1 of 1) cat/${'package'.repeat(1 + next.below(6))}-1 to /\n`]);
  }
  const text = lines.map(([, line]) => line).join('');
  writeFileSync(path, text);
  for (const at of [0, 1, 17, 29_990, 29_999, ...Array.from({ length: 40 }, () => next.below(30_000))]) {
    const began = lines[at]?.[0] ?? 0;
    const wanted = lines.filter(([when]) => when >= began).map(([, line]) => line);
    const place = placeInLog(path, began * 1000 + 700);
    const found = text.slice(place);
    // nothing is missing, and not much is read in vain
    expect(found.endsWith(wanted.join(''))).toBe(true);
    expect(found.length - wanted.join('').length).toBeLessThan(2 * 262_144);
  }
  expect(placeInLog(path, (time + 100) * 1000)).toBeGreaterThan(text.length - 2 * 262_144);
});

test('what is no log, or not there', () => {
  expect(placeInLog(join(folder, 'none'), 0)).toBeUndefined();
  expect(placeInLog(folder, 0)).toBeUndefined();
  writeFileSync(path, '');
  expect(placeInLog(path, 0)).toBe(0);
  writeFileSync(path, Buffer.alloc(600_000, 0xff));
  expect(placeInLog(path, 1e12)).toBe(0);
});
