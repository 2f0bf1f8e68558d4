/** What the terminal is given, seen from the kernel. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundling } from '../../../../build/bundling.mjs';
import { top } from '../../../kit/environment.ts';
import { folder, onPty } from '../front-kit.ts';

let place: string;
beforeAll(() => {
  place = folder();
});
afterAll(() => rmSync(place, { recursive: true, force: true }));

const begin = '\x1b[?2026h';
const end = '\x1b[?2026l';

test('a frame is one write, synchronized, and one that says the same is none', async () => {
  const frames = ['one', 'one', 'two', 'two', 'two', 'one'];
  await build({
    ...bundling,
    stdin: {
      contents: `import { openScreen } from './wrappers/emerge/live/screen.ts';
        const screen = openScreen(undefined);
        for (const frame of ${JSON.stringify(frames)}) {
          const { rows } = screen.space();
          screen.draw(Array.from({ length: rows }, (_, row) => frame + ' ' + row));
        }
        screen.hide();
        screen.hide();`,
      resolveDir: top,
      loader: 'ts',
    },
    outfile: join(place, 'draws.cjs'),
  });
  const trace = join(place, 'trace');
  const words = ['-f', '-y', '-e', 'trace=write,writev', '-s', '9999', '-o', trace];
  const { output, code } = await onPty(
    ['/usr/bin/env', 'strace', ...words, process.execPath, join(place, 'draws.cjs')],
    { env: { PATH: process.env['PATH'], TERM: 'xterm' }, rows: 24, columns: 80, timeout: 50 },
  );
  expect(code, output).toBe(0);
  const written = readFileSync(trace, 'latin1')
    .split('\n')
    .filter(line => line.includes('</dev/pts/'));
  // three frames that differ from what stands, and the end
  expect(written).toHaveLength(4);
  const pieces = output.split(begin).slice(1);
  expect(pieces).toHaveLength(4);
  for (const [index, piece] of pieces.entries()) {
    expect(piece.endsWith(end)).toBe(true);
    expect(piece.includes('one 6') || piece.includes('two 6')).toBe(index < 3);
    // nothing was left for a second write
    const [, length] = /= (\d+)$/.exec(written[index] ?? '') ?? [];
    expect(Number(length)).toBe(begin.length + piece.length);
  }
});
