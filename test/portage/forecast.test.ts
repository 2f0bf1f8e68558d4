import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forecastPackages } from '../../portage/forecast.ts';
import type { GraphNode } from '../../portage/graph.ts';
import { mergeHistory, middleMean } from '../../portage/merge-history.ts';
import type { FinishedMerge } from '../../portage/merge-runs.ts';
import { median } from '../bench/figure.ts';
import { naiveSeconds, predictedSeconds } from '../bench/graph-times.ts';
import { imagineLife } from '../bench/imagined-life.ts';
import { quick } from '../kit/environment.ts';
import { seeded } from '../testbed/random.ts';
import { randomList } from './imagined-list.ts';

let clock = 1_000_000;
/** One merge alone. */
function merge(cpv: string, build: number, more: Partial<FinishedMerge> = {}): FinishedMerge {
  const started = clock;
  clock += 10_000;
  const built = started + build;
  return {
    cpv,
    binary: false,
    started,
    builtFrom: built,
    builtBy: built,
    merging: built,
    completed: built + 2,
    ...more,
  };
}

function node(cpv: string, type: GraphNode['type'] = 'ebuild'): GraphNode {
  return { id: cpv, cpv, root: '/', type };
}

describe('how long a package takes', () => {
  test('by name, whatever the version, and deaf to an exception', () => {
    const times = [100, 110, 90, 3000, 105];
    const history = mergeHistory(times.map((time, at) => merge(`sys-devel/gcc-${at}.1-r2`, time)));
    const found = forecastPackages(history, [node('sys-devel/gcc-16')])?.get('sys-devel/gcc-16');
    expect(found?.known).toBe(true);
    expect(found?.build).toBeGreaterThan(95);
    expect(found?.build).toBeLessThan(110);
    expect(found?.merge).toBe(2);
  });

  test('the last ten count', () => {
    const times = [...Array.from({ length: 30 }, () => 1000), ...Array.from({ length: 10 }, () => 50)];
    expect(mergeHistory(times.map(time => merge('cat/a-1', time))).source.get('cat/a')?.build).toBe(50);
  });

  test('binary packages have times of their own', () => {
    const binary = merge('cat/a-1', 4, { binary: true });
    const history = mergeHistory([merge('cat/a-1', 100), binary]);
    const of = (type: GraphNode['type']) =>
      forecastPackages(history, [node('cat/a-1', type)])?.get('cat/a-1');
    expect([of('ebuild')?.build, of('binary')?.build]).toEqual([100, 4]);
  });

  test('what waited to be merged is not taken for built', () => {
    const started = clock;
    const waited = { builtFrom: started + 5, builtBy: started + 400, merging: started + 400 };
    const merges = [merge('cat/a-1', 0, { ...waited, completed: started + 401 }), merge('cat/a-1', 30)];
    expect(mergeHistory(merges).source.get('cat/a')?.build).toBeCloseTo(30);
  });
});

describe('contention', () => {
  test('is learnt from the same packages, alone and beside others', () => {
    const names = Array.from({ length: 12 }, (_, at) => `cat/p${at}`);
    const together = (factor: number) =>
      mergeHistory(
        names.flatMap((name, at) => {
          const beside = merge(`${name}-1`, 100 * factor);
          const twin = { ...beside, cpv: `cat/twin${at}-1` };
          return [merge(`${name}-1`, 100), beside, twin];
        }),
      );
    expect(together(2).contention).toBeGreaterThan(0.85);
    expect(together(1).contention).toBeLessThan(0.15);
    expect(together(2).source.get('cat/p3')?.build).toBeCloseTo(100, -1);
  });
});

describe('unknown packages', () => {
  const some = (category: string, build: number) =>
    Array.from({ length: 4 }, (_, at) => merge(`${category}/p${at}-1`, build + at));

  test('are guessed from their category, else from all', () => {
    const history = mergeHistory([...some('dev-python', 10), ...some('llvm-core', 1000)]);
    const found = forecastPackages(history, [
      node('dev-python/new-1'),
      node('llvm-core/new-1'),
      node('www-apps/new-1'),
    ]);
    const build = (id: string) => found?.get(id)?.build ?? Number.NaN;
    expect(found?.get('dev-python/new-1')?.known).toBe(false);
    expect(build('dev-python/new-1')).toBeCloseTo(11.5);
    expect(build('llvm-core/new-1')).toBeCloseTo(1001.5);
    expect(build('www-apps/new-1')).toBeGreaterThan(12);
    expect(build('www-apps/new-1')).toBeLessThan(1000);
  });

  test('a log that knows nothing says nothing', () => {
    expect(forecastPackages(mergeHistory([]), [node('cat/a-1')])).toBeUndefined();
    expect(forecastPackages(mergeHistory([merge('cat/b-1', 5)]), [node('cat/a-1')])).toBeUndefined();
  });
});

test('the middle half lies within all values, and is that of equal ones', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(100_000), { minLength: 1, maxLength: 30 }), values => {
      const mean = middleMean(values);
      expect(mean).toBeGreaterThanOrEqual(Math.min(...values) - 1e-6);
      expect(mean).toBeLessThanOrEqual(Math.max(...values) + 1e-6);
      const same = middleMean(values.map(() => 7));
      expect(same).toBeCloseTo(7);
    }),
  );
});

test('recorded months foretell the next run better than sums of means', () => {
  const errors: number[] = [];
  const naive: number[] = [];
  for (let life = 0; life < (quick ? 10 : 40); life++) {
    const random = seeded(`months ${life}`);
    const list = randomList(random, 20 + random.below(70));
    const { run, ...rest } = imagineLife(list, random);
    const off = (seconds: number) => Math.abs(seconds - run.seconds) / run.seconds;
    errors.push(off(predictedSeconds(list, { run, ...rest })!));
    naive.push(off(naiveSeconds(list, rest.log)));
  }
  expect(median(errors)).toBeLessThan(0.15);
  expect(median(naive)).toBeGreaterThan(median(errors) * 2);
});
