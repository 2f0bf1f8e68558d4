import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PackageForecast } from '../../portage/forecast.ts';
import { indexGraph } from '../../portage/graph.ts';
import { planRun, type ScheduleOptions } from '../../portage/run-plan.ts';
import { type Running, timeLeft } from '../../portage/time-left.ts';
import { graphOf } from '../bench/imagined-life.ts';
import { imagineRun } from '../bench/recorded-run.ts';
import { quick } from '../kit/environment.ts';
import { seeded } from '../testbed/random.ts';
import { randomList } from './imagined-list.ts';

/** `a 10`, `b 20 a` a line: name, seconds to build, needs; each merge takes a second. */
function left(
  text: string,
  options: Partial<ScheduleOptions>,
  now: Readonly<Record<string, Running>> = {},
  goesOn = true,
) {
  const lines = text
    .trim()
    .split('\n')
    .map(line => line.trim().split(' '));
  const list = lines.map(([name = '', , ...needs]) => ({
    cpv: `cat/${name}-1`,
    needs: needs.map(one => `cat/${one}-1`),
  }));
  const forecasts = new Map<string, PackageForecast>(
    lines.map(([name = '', seconds = '']) => [
      `cat/${name}-1`,
      { build: Number.parseInt(seconds, 10), merge: 1, known: !seconds.endsWith('?') },
    ]),
  );
  const plan = planRun(indexGraph(graphOf(list)), forecasts, {
    jobs: 2,
    mergeWait: true,
    contention: 0,
    ...options,
  });
  const states = new Map(Object.entries(now).map(([name, state]) => [`cat/${name}-1`, state]));
  return timeLeft(plan, states, goesOn);
}

const runs = quick ? 100 : 400;

/** How far off each of them is, as a share. */
function errors(circles: number): number[] {
  return Array.from({ length: runs }, (_, seed) => {
    const random = seeded(`schedule ${seed}`);
    const list = randomList(random, 2 + random.below(45), circles).map(one => ({
      ...one,
      build: 1 + random.below(1000) / 7,
      merge: random.below(50) / 9,
      width: 1,
    }));
    const jobs = random.pick([1, 2, 3, 4, 8, Number.POSITIVE_INFINITY]);
    const mergeWait = random.chance(0.5);
    const real = imagineRun(list, { jobs, mergeWait, cores: 1000, spread: 0, begin: 0 }, random);
    const forecasts = new Map(list.map(({ cpv, build, merge }) => [cpv, { build, merge, known: true }]));
    const plan = planRun(indexGraph(graphOf(list)), forecasts, { jobs, mergeWait, contention: 0 });
    return Math.abs(timeLeft(plan, new Map()).seconds - real.seconds) / real.seconds;
  });
}

test('it is over when the scheduler, told literally, says so', () => {
  expect(Math.max(...errors(0))).toBeLessThan(1e-9);
});

test('with circles nearly always', () => {
  const found = errors(0.08);
  expect(found.filter(error => error > 1e-9).length / runs).toBeLessThan(0.15);
  expect(Math.max(...found)).toBeLessThan(0.3);
});

test('half way through it is over at the same time', () => {
  const found: number[] = [];
  for (let seed = 0; seed < runs; seed++) {
    const random = seeded(`half way ${seed}`);
    const list = randomList(random, 5 + random.below(40), 0).map(one => ({
      ...one,
      build: 20 + random.below(1000) / 7,
      merge: 1,
      width: 1,
    }));
    const options = { jobs: random.pick([1, 2, 3, 5]), mergeWait: random.chance(0.5), contention: 0 };
    const real = imagineRun(list, { ...options, cores: 1000, spread: 0, begin: 0 }, random);
    const time = (real.seconds * (10 + random.below(80))) / 100;
    const when = (pattern: RegExp) =>
      new Map(
        real.lines.flatMap(([at, text]) => (pattern.exec(text)?.[1] ? [[pattern.exec(text)![1]!, at]] : [])),
      );
    const [begun, merged, done] = [/>>> .*\) (\S+) to/, / Merging \((.*?)::/, /::: .*\) (\S+) to/].map(when);
    const states = new Map<string, Running>();
    for (const { cpv } of list) {
      const is = (map: ReadonlyMap<string, number>) => (map.get(cpv) ?? Number.POSITIVE_INFINITY) <= time;
      if (is(done!)) states.set(cpv, { state: 'done' });
      else if (is(merged!)) states.set(cpv, { state: 'merging' });
      else if (is(real.ends)) states.set(cpv, { state: 'built' });
      else if (is(begun!)) states.set(cpv, { state: 'building', elapsed: time - begun!.get(cpv)! });
    }
    const forecasts = new Map(list.map(({ cpv, build, merge }) => [cpv, { build, merge, known: true }]));
    const { seconds } = timeLeft(planRun(indexGraph(graphOf(list)), forecasts, options), states);
    found.push(Math.abs(seconds - (real.seconds - time)));
  }
  found.sort((a, b) => a - b);
  // it is not told how far a merge is, nor which of the built ones is the next to be merged
  expect(found[Math.floor(runs * 0.9)]).toBeLessThan(1);
  expect(found.at(-1)).toBeLessThan(120);
});

const anyState = fc.record({
  state: fc.constantFrom('waiting', 'building', 'built', 'merging', 'done', 'failed', 'dropped' as const),
  elapsed: fc.double({ min: 0, max: 1e6, noNaN: true }),
});

test('whatever is said to run, there is an end', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.array(anyState, { maxLength: 40 }),
      fc.array(fc.double({ min: 0, max: 1e5, noNaN: true }), { minLength: 40, maxLength: 40 }),
      fc.record({
        jobs: fc.constantFrom(1, 2, 7, Number.POSITIVE_INFINITY),
        mergeWait: fc.boolean(),
        contention: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.boolean(),
      (seed, given, times, options, goesOn) => {
        const list = randomList(seeded(`any ${seed}`), 40, 0.3);
        const states = new Map(given.map((state, at) => [list[at]!.cpv, state as Running]));
        const forecasts = new Map(
          list.map(({ cpv }, at) => [
            cpv,
            { build: times[at]!, merge: times[39 - at]! / 9, known: at % 2 === 0 },
          ]),
        );
        const plan = planRun(indexGraph(graphOf(list)), forecasts, options);
        const { seconds, known, bottleneck } = timeLeft(plan, states, goesOn);
        expect(Number.isFinite(seconds) && seconds >= 0 && known >= 0 && known <= 1).toBe(true);
        if (bottleneck !== undefined) expect(states.get(bottleneck)?.state).toBe('building');
      },
    ),
    { numRuns: quick ? 50 : 300 },
  );
});

describe('a run on its way', () => {
  const list = 'a 10\nb 30\nc 20 a\nd 5 c';

  test('what is done and what has run counts no more', () => {
    expect(left(list, { jobs: 1 }).seconds).toBe(69);
    expect(
      left(list, { jobs: 1 }, { a: { state: 'done' }, b: { state: 'building', elapsed: 12 } }).seconds,
    ).toBe(18 + 1 + 21 + 6);
  });

  test('with several jobs: b is built while a is; with merge-wait both are merged when both are built', () => {
    expect(left(list, { mergeWait: true }).seconds).toBe(30 + 2 + 21 + 6);
    expect(left(list, { mergeWait: false }).seconds).toBe(11 + 21 + 6);
  });

  test('builds at a time slow each other down', () => {
    expect(left('a 10\nb 10', { contention: 1 }).seconds).toBeCloseTo(22);
    expect(left('a 10\nb 10', { contention: 0.5 }).seconds).toBeCloseTo(10 * Math.SQRT2 + 2);
  });

  test('one that takes longer than foretold goes on for a while', () => {
    const { seconds } = left('a 10\nb 30 a', { jobs: 2 }, { a: { state: 'building', elapsed: 400 } });
    expect(seconds).toBeCloseTo(40 + 1 + 31);
  });

  test('built ones wait for the last build', () => {
    const now: Record<string, Running> = { a: { state: 'built' }, b: { state: 'building', elapsed: 10 } };
    expect(left('a 10\nb 30\nc 20 a', {}, now).seconds).toBe(20 + 2 + 21);
    expect(left('a 10\nb 30\nc 20 a', { mergeWait: false }, now).seconds).toBe(22);
  });

  test('after a failure without --keep-going only what runs is waited for', () => {
    const now: Record<string, Running> = { a: { state: 'failed' }, b: { state: 'building', elapsed: 10 } };
    expect(left(list, {}, now, false).seconds).toBe(21);
  });

  test('how much of it is known', () => {
    expect(left('a 29?\nb 29', { jobs: 1 }).known).toBe(0.5);
    expect(left('a 29?\nb 29', { jobs: 1 }, { a: { state: 'done' } }).known).toBe(1);
  });
});

describe('the bottleneck', () => {
  const list = 'llvm 600\nsmall 5\nclang 300 llvm\nmesa 100 clang small';

  test('the running package that the others wait for', () => {
    const now: Record<string, Running> = {
      llvm: { state: 'building', elapsed: 100 },
      small: { state: 'done' },
    };
    expect(left(list, { jobs: 4 }, now).bottleneck).toBe('cat/llvm-1');
  });

  test('none where the jobs are taken, where nothing waits, or where one goes after the other', () => {
    const now: Record<string, Running> = { llvm: { state: 'building', elapsed: 100 } };
    const busy = Array.from({ length: 40 }, (_, at) => `p${at} 60`).join('\n');
    expect(left(`llvm 600\n${busy}`, { jobs: 2 }, now).bottleneck).toBeUndefined();
    expect(left('llvm 600', { jobs: 2 }, now).bottleneck).toBeUndefined();
    expect(left(list, { jobs: 1 }, now).bottleneck).toBeUndefined();
    expect(left(list, { jobs: 4 }).bottleneck).toBeUndefined();
  });

  test('a long build holds the merges of the others', () => {
    const now: Record<string, Running> = {
      llvm: { state: 'building', elapsed: 10 },
      small: { state: 'built' },
    };
    const waiting = 'llvm 600\nsmall 5\nx 300 small\ny 200 x';
    expect(left(waiting, { jobs: 4, mergeWait: true }, now).bottleneck).toBe('cat/llvm-1');
    expect(left(waiting, { jobs: 4, mergeWait: false }, now).bottleneck).toBeUndefined();
  });
});
