import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { statLines } from '../../system/stat-lines.ts';

let place: string;
beforeAll(() => {
  place = mkdtempSync(join(tmpdir(), 'stat-'));
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

test('the lines are those of stat(1)', () => {
  const files = ['a file', 'ä', 'link', 'folder', 'old', 'older'].map(name => join(place, name));
  writeFileSync(files[0]!, 'x');
  writeFileSync(files[1]!, '');
  symlinkSync('nowhere', files[2]!);
  mkdirSync(files[3]!);
  writeFileSync(files[4]!, 'text');
  utimesSync(files[4]!, 1, 0.25);
  writeFileSync(files[5]!, 'text');
  utimesSync(files[5]!, 1, -86_400.5);
  for (const list of [files, ['/', '/proc/1']]) {
    const { stdout } = spawnSync('stat', ['-c', '%n %i %s %y %z', '--', ...list], {
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC0', LC_ALL: 'C' },
    });
    expect(statLines(list)).toBe(stdout);
  }
});

test('a file that is not there, and none at all', () => {
  expect(statLines([place, join(place, 'nothing')])).toBeUndefined();
  expect(statLines([])).toBe('');
});
