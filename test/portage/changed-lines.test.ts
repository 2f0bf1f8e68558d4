import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedLines } from '../../portage/changed-lines.ts';
import { random } from '../kit/random.ts';

test.each([
  ['', '', 0],
  ['a\nb\n', 'a\nb\n', 0],
  ['a\nb\n', 'a\nc\n', 2],
  ['a\n', 'a\nb\nc\n', 2],
  ['a\nb\nc\n', 'c\nb\na\n', 4],
])('%j to %j takes %d', (before, after, count) => {
  expect(changedLines(before, after)).toBe(count);
});

test('it counts as git does when that looks for the least', () => {
  const chance = random(7);
  const folder = mkdtempSync(join(tmpdir(), 'tumpline-lines-'));
  const text = () =>
    Array.from({ length: chance.below(30) }, () => `${chance.pick(['a', 'b', 'c', 'd'])}\n`).join('');
  for (let round = 0; round < 20; round += 1) {
    const [before, after] = [text(), text()];
    writeFileSync(join(folder, 'a'), before);
    writeFileSync(join(folder, 'b'), after);
    const { stdout } = spawnSync('git', ['diff', '--no-index', '--minimal', '--numstat', 'a', 'b'], {
      cwd: folder,
      encoding: 'utf8',
    });
    const [added = '0', removed = '0'] = stdout.split('\t');
    expect(changedLines(before, after), `${before}\n--\n${after}`).toBe(Number(added) + Number(removed));
  }
  rmSync(folder, { recursive: true });
});

test('texts that have nothing in common are counted as a whole', () => {
  const lines = (name: string) => Array.from({ length: 5000 }, (_, at) => `${name}${at}\n`).join('');
  expect(changedLines(lines('a'), lines('b'))).toBe(10_000);
});
