import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { abandonRegion, closeRegion, paintRegion } from '../../../../wrappers/emerge/live/region.ts';
import { openTerminal, type Terminal } from '../terminal/tmux.ts';

const region = { rows: 24, columns: 80, height: 6 };
const frame = paintRegion(
  region,
  Array.from({ length: 6 }, (_, row) => `picture ${row}`),
);

let folder: string;
let terminal: Terminal;
let number = 1;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tumpline-region-'));
  const environment = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', HISTFILE: '/dev/null' };
  terminal = await openTerminal(region, environment, folder);
});
afterAll(() => {
  terminal?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What the terminal holds after these bytes, from an empty one; `seen` is taken before the shell has it back. */
async function shown(bytes: string): Promise<{ history: string[]; lower: number; seen: string[] }> {
  writeFileSync(join(folder, 'bytes'), bytes);
  await terminal.type('clear; tput -T screen E3 2>/dev/null; cat bytes; read -r; clear');
  await terminal.prompt(number - 1);
  for (let before = ''; ; ) {
    const now = JSON.stringify([await terminal.screen(), await terminal.state()]);
    if (now === before && !now.includes('cat bytes')) break;
    before = now;
    await new Promise(resolve => setTimeout(resolve, 150));
  }
  const history = await terminal.history();
  const seen = await terminal.screen();
  const { lower } = await terminal.state();
  await terminal.type('');
  number = (await terminal.prompt(number)).number;
  return { history, lower, seen };
}

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}\r\n`).join('');

test.each([3, 17, 18, 23, 24, 60])('nothing that was printed is lost, with %i lines before', async count => {
  const { history, lower, seen } = await shown(
    `${lines(1, count)}part${frame}ly\r\n${lines(count + 1, count + 30)}`,
  );
  expect(lower).toBe(17);
  expect(seen.slice(18)).toEqual(Array.from({ length: 6 }, (_, row) => `picture ${row}`));
  const all = [...Array.from({ length: count }, (_, at) => `line ${at + 1}`), 'partly'];
  all.push(...Array.from({ length: 30 }, (_, at) => `line ${count + at + 1}`));
  expect(history.filter(line => /^(line|part)/.test(line)).slice(-all.length)).toEqual(all);
});

test.each([3, 23, 60])(
  'closed, it leaves full margins and no row of its own, with %i lines before',
  async count => {
    const { lower, seen } = await shown(
      `${lines(1, count)}${frame}in the middle${closeRegion(region)} of a line`,
    );
    expect(lower).toBe(23);
    expect(seen.at(-1)).toBe('in the middle of a line');
    expect(seen.join('\n')).not.toContain('picture');
  },
);

test('given up after a change of size, it takes only what stands behind the cursor', async () => {
  const { lower, seen } = await shown(`${lines(1, 40)}\x1b[24;1Hlast row${abandonRegion()} goes on`);
  expect(lower).toBe(23);
  expect(seen.at(-1)).toBe('last row goes on');
  const low = await shown(`${lines(1, 40)}${frame}here${abandonRegion()} goes on`);
  expect(low.seen.at(-1)).toBe('here goes on');
  expect(low.lower).toBe(23);
});
