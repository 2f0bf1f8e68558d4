import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { MergeHistory } from '../../../portage/merge-history.ts';
import { readHistory, scheduleOf } from '../../../wrappers/emerge/merge-times.ts';
import { imagineLife } from '../../bench/imagined-life.ts';
import { randomList } from '../../portage/imagined-list.ts';
import { seeded } from '../../testbed/random.ts';

const place = mkdtempSync(join(tmpdir(), 'merge-times-'));
afterAll(() => rmSync(place, { recursive: true, force: true }));

function historyOf(path: string): MergeHistory {
  const reader = readHistory(path);
  for (;;) {
    const step = reader.next();
    if (step.done) return step.value;
  }
}

/** Again and again, each time a year later. */
function repeated(log: string, bytes: number): string {
  return Array.from({ length: Math.ceil(bytes / log.length) }, (_, year) =>
    log.replace(/^\d+/gm, time => String(Number(time) + year * 31_536_000)),
  ).join('');
}

test('of a log of years only the end is read, piece by piece', () => {
  const random = seeded('years');
  const { log } = imagineLife(randomList(random, 60), random);
  const old = log.replaceAll('/p', '/old');
  const years = join(place, 'years.log');
  const end = 'x'.repeat(50) + repeated(log, 3 << 20);
  writeFileSync(years, repeated(old, 20 << 20) + end);
  const history = historyOf(years);
  expect([...history.source.keys()].filter(name => name.includes('/old'))).toEqual([]);
  expect(history.source.size).toBeGreaterThan(50);

  const short = join(place, 'short.log');
  writeFileSync(short, log);
  const { source } = historyOf(short);
  for (const [name, { build }] of source) {
    const again = history.source.get(name)!.build;
    expect(again / build, name).toBeGreaterThan(0.5);
    expect(again / build, name).toBeLessThan(2);
  }
});

test('no log, an empty one, a folder, a pipe, one without lines', () => {
  const pipe = join(place, 'pipe');
  execFileSync('mkfifo', [pipe]);
  writeFileSync(join(place, 'empty'), '');
  writeFileSync(join(place, 'zeros'), Buffer.alloc(5 << 20));
  for (const name of ['missing', 'empty', '.', 'pipe', 'zeros']) {
    const { source, binary } = historyOf(join(place, name));
    expect([source.size, binary.size], name).toEqual([0, 0]);
  }
});

test('jobs, as emerge has them and as mtimedb keeps them', () => {
  const none = { source: new Map(), binary: new Map(), contention: 0.3 };
  const of = (options: Record<string, unknown>, FEATURES = 'sandbox merge-wait') =>
    scheduleOf(new Map(Object.entries(options)), { FEATURES }, none);
  expect(of({})).toEqual({ jobs: 1, mergeWait: true, contention: 0.3 });
  expect(of({ '--jobs': 4 }, '-merge-wait')).toMatchObject({ jobs: 4, mergeWait: false });
  expect(of({ '--jobs': true }).jobs).toBe(Number.POSITIVE_INFINITY);
  expect(of({ '--jobs': '3' }).jobs).toBe(3);
  expect(of({ '--jobs': 0 }).jobs).toBeGreaterThan(0);
  expect(of({ '--jobs': 'rubbish' }).jobs).toBe(1);
  expect(of({ '--jobs': true, '--load-average': 7.5 }).jobs).toBe(8);
  expect(of({ '--jobs': 3, '--load-average': 8 }).jobs).toBe(3);
});
