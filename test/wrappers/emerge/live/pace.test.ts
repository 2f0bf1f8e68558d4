import { expect, test } from 'vitest';
import {
  framePace,
  type PaceOptions,
  questionPace,
  startPace,
} from '../../../../wrappers/emerge/live/pace.ts';

/** Times at which a thing of that cost is done that is wished for all the time. */
function times(options: PaceOptions, cost: number, until: number): number[] {
  const pace = startPace(options);
  const done: number[] = [];
  for (let now = 0; now < until; now += Math.max(1, pace.wait(now))) {
    if (pace.wait(now) > 0) continue;
    pace.spent(cost, now);
    done.push(now);
  }
  return done;
}

test('the first is done at once, and a burst with no more than calm between', () => {
  const done = times(framePace, 6, 1000);
  expect(done[0]).toBe(0);
  expect(done.slice(1, 10).map((now, at) => now - done[at]!)).toEqual(Array(9).fill(framePace.calm));
});

test('in the long run it keeps to its share, but goes on', () => {
  const hour = 3_600_000;
  for (const [options, cost] of [
    [framePace, 1],
    [questionPace, 0.5],
  ] as const) {
    const done = times(options, cost, hour);
    expect((done.length * cost) / hour).toBeLessThan(options.share * 1.02 + options.burst / hour);
  }
  const dear = times(framePace, 50, hour);
  expect(Math.max(...dear.slice(1).map((now, at) => now - dear[at]!))).toBeLessThanOrEqual(
    framePace.longest + 1,
  );
});

test('what is asked for now and then never waits', () => {
  const pace = startPace(framePace);
  for (let now = 0; now < 600_000; now += 1000) {
    expect(pace.wait(now)).toBe(0);
    pace.spent(0.6, now);
  }
});
