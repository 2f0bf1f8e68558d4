/** Whatever stands in what the painter reads: it is read in bounded time, and a frame comes of it that does a terminal no harm. */
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
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
function room(name: string): string {
  mkdirSync(join(folder, name));
  return join(folder, name);
}

/** Milliseconds of CPU; an input takes 5 as a rule. */
const longest = 2000;
const list = listAndLog(room('list'));

const sources: readonly (readonly [string, number, Source])[] = [
  ['mtimedb and emerge.log', 1500, list],
  ['the status socket', 2000, statusSocket(folder)],
  ['emerge.log of earlier runs', 1000, history(folder)],
  ['installed packages', 800, installed(folder)],
  ['metadata of ebuilds and binary packages', 1200, metadata()],
  ['color.map', 800, colorMap(folder)],
  ['tumpline.conf', 800, configuration(folder)],
  ['marks in build directories', 400, builds(room('builds'))],
  ['build logs', 900, buildLogs(room('logs'))],
  ['kept runs', 800, records(room('records'))],
  ['command lines', 500, commandLines()],
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
      const began = process.cpuUsage();
      const own = seed + at * 1_000_003 + what.length;
      try {
        await source.feed(random(own));
      } catch (error) {
        throw new Error(`${what}, seed ${own}`, { cause: error });
      }
      const { user, system } = process.cpuUsage(began);
      const took = (user + system) / 1000;
      slowest = Math.max(slowest, took);
      expect(took, `${what}, seed ${own}`).toBeLessThan(longest);
      inputs += 1;
    }
    console.log(`${what}: ${count} inputs, the slowest ${slowest.toFixed(0)} ms`);
  },
  600_000,
);

test('together', () => {
  console.log(
    `${inputs} inputs, ${list.tied()} lists believed, ${Math.round(process.memoryUsage().rss / 1e6)} MB`,
  );
  expect(inputs).toBeGreaterThanOrEqual(quick ? 240 : 10_000);
  // a list that is never believed would show nothing
  expect(list.tied()).toBeGreaterThan(inputs / 100);
  expect(process.memoryUsage().rss).toBeLessThan(700e6);
});
