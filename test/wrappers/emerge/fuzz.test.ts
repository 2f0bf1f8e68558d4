/** Whatever stands in what the painter reads: it is read in bounded time, and a frame comes of it that does a terminal no harm. */
import { rmSync } from 'node:fs';
import { afterAll, expect, test } from 'vitest';
import { noteReduced, quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import { buildLogs, commandLines, listAndLog, records } from './fuzz/runs.ts';
import {
  builds,
  colorMap,
  configuration,
  history,
  installed,
  metadata,
  type Source,
  statusSocket,
} from './fuzz/sources.ts';
import { scratch } from './fuzz/world.ts';

const seed = Number(process.env['TUMPLINE_TEST_SEED'] ?? 20261121);
const folder = scratch();
/** Milliseconds; an input takes 5 as a rule, and this machine may be busy. */
const longest = 4000;
const list = listAndLog(scratch());

const sources: readonly (readonly [string, number, Source])[] = [
  ['mtimedb and emerge.log', 2500, list],
  ['the status socket', 1500, statusSocket(folder)],
  ['emerge.log of earlier runs', 700, history(folder)],
  ['installed packages', 1000, installed(folder)],
  ['metadata of ebuilds and binary packages', 1000, metadata()],
  ['color.map', 700, colorMap(folder)],
  ['tumpline.conf', 700, configuration(folder)],
  ['marks in build directories', 300, builds(scratch())],
  ['build logs', 700, buildLogs(scratch())],
  ['kept runs', 700, records(scratch())],
  ['command lines', 400, commandLines()],
];
let inputs = 0;

afterAll(() => {
  for (const [, , source] of sources) source.close?.();
  rmSync(folder, { recursive: true, force: true });
});
if (quick) noteReduced('fuzz: one input of forty');

test.each(sources)(
  '%s',
  async (what, times, source) => {
    const count = quick ? Math.ceil(times / 40) : times;
    let slowest = 0;
    for (let at = 0; at < count; at += 1) {
      const began = performance.now();
      const own = seed + at * 1_000_003 + what.length;
      try {
        await source.feed(random(own));
      } catch (error) {
        throw new Error(`${what}, seed ${own}`, { cause: error });
      }
      const took = performance.now() - began;
      slowest = Math.max(slowest, took);
      expect(took, `${what}, seed ${own}`).toBeLessThan(longest);
      inputs += 1;
    }
    console.log(`${what}: ${count} inputs, the slowest ${slowest.toFixed(0)} ms`);
  },
  300_000,
);

test('together', () => {
  console.log(`${inputs} inputs, ${Math.round(process.memoryUsage().rss / 1e6)} MB`);
  expect(inputs).toBeGreaterThanOrEqual(quick ? 240 : 10_000);
  // a list that is never believed would show nothing
  expect(list.tied()).toBeGreaterThan(inputs / 50);
  expect(process.memoryUsage().rss).toBeLessThan(700e6);
});
