import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { imagineLife } from '../bench/imagined-life.ts';
import { imagineRun, logText } from '../bench/recorded-run.ts';
import { quick } from '../kit/environment.ts';
import { seeded } from '../testbed/random.ts';
import { randomList } from './imagined-list.ts';
import { mergesIn, told } from './merge-log.ts';

describe('one job after the other', () => {
  test('a build ends where its merge begins', () => {
    expect(
      told(`
        0 emerge --verbose cat/b
        0 > 1/2 cat/a-1
        10 = 1/2 cat/a-1
        12 : 1/2 cat/a-1
        12 > 2/2 cat/b-1
        50 = 2/2 cat/b-1
        51 : 2/2 cat/b-1`),
    ).toEqual(['cat/a-1 0 10 10 12', 'cat/b-1 12 50 50 51']);
  });

  test('binary packages are told apart', () => {
    expect(
      told(`
        0 emerge --usepkg cat/b
        0 > 1/2 cat/a-1
        1 b 1/2 cat/a-1
        4 : 1/2 cat/a-1
        4 > 2/2 cat/b-1
        9 = 2/2 cat/b-1
        9 : 2/2 cat/b-1`),
    ).toEqual(['cat/a-1 0 4 4 binary', 'cat/b-1 4 9 9 9']);
  });

  test('what failed, was interrupted or began before the log has no time', () => {
    expect(
      told(`
        0 = 7/9 cat/cut-1
        1 : 7/9 cat/cut-1
        2 > 8/9 cat/begun-1
        9 = 8/9 cat/begun-1
        9 : 8/9 cat/begun-1
        20 emerge cat/a
        20 > 1/2 cat/a-1
        300 emerge --resume
        300 > 1/2 cat/a-1
        340 = 1/2 cat/a-1
        341 : 1/2 cat/a-1
        341 > 2/2 cat/fails-1
        400 emerge cat/c
        400 > 1/1 cat/c-1
        401 = 1/1 cat/c-1`),
    ).toEqual(['cat/begun-1 2 9 9 9', 'cat/a-1 300 340 340 341']);
  });

  test('the same package in two roots', () => {
    expect(
      told(`
        0 emerge cat/a
        0 > 1/2 cat/a-1 /
        10 = 1/2 cat/a-1
        11 : 1/2 cat/a-1 /
        11 > 2/2 cat/a-1 /mnt/
        31 = 2/2 cat/a-1
        32 : 2/2 cat/a-1 /mnt/`),
    ).toEqual(['cat/a-1 0 10 10 11', 'cat/a-1 11 31 31 32']);
  });

  test('a clock that is set back', () => {
    expect(
      told(`
        100 emerge cat/a
        100 > 1/2 cat/a-1
        50 = 1/2 cat/a-1
        52 : 1/2 cat/a-1
        52 > 2/2 cat/b-1
        60 = 2/2 cat/b-1
        61 : 2/2 cat/b-1`),
    ).toEqual(['cat/b-1 52 60 60 61']);
  });
});

describe('several jobs', () => {
  test('merge-wait: a start in a full house tells the first end, the merges in a row the last', () => {
    expect(
      told(`
        0 emerge --jobs=2 cat/d
        0 > 1/4 cat/a-1
        0 > 2/4 cat/b-1
        10 > 3/4 cat/c-1
        300 = 2/4 cat/b-1
        301 : 2/4 cat/b-1
        301 = 1/4 cat/a-1
        303 : 1/4 cat/a-1
        303 = 3/4 cat/c-1
        304 : 3/4 cat/c-1
        304 > 4/4 cat/d-1
        310 = 4/4 cat/d-1
        311 : 4/4 cat/d-1`),
    ).toEqual([
      'cat/a-1 0 10..300 301 303',
      'cat/b-1 0 10 300 301',
      'cat/c-1 10 300 303 304',
      'cat/d-1 304 310 310 311',
    ]);
  });

  test('without merge-wait a merge follows its build', () => {
    expect(
      told(`
        0 emerge --jobs cat/d
        0 > 1/3 cat/a-1
        0 > 2/3 cat/b-1
        5 = 2/3 cat/b-1
        6 : 2/3 cat/b-1
        6 > 3/3 cat/c-1
        40 = 1/3 cat/a-1
        42 : 1/3 cat/a-1
        90 = 3/3 cat/c-1
        91 : 3/3 cat/c-1`),
    ).toEqual(['cat/a-1 0 40 40 42', 'cat/b-1 0 5 5 6', 'cat/c-1 6 90 90 91']);
  });

  test('two emerges at once, and a round of --keep-going', () => {
    expect(
      told(`
        0 emerge --jobs=2 --keep-going cat/c
        0 > 1/3 cat/a-1
        1 > 2/3 cat/bad-1
        2 emerge cat/x
        3 > 1/2 cat/x-1
        9 = 1/3 cat/a-1
        10 : 1/3 cat/a-1
        11 = 1/2 cat/x-1
        12 : 1/2 cat/x-1
        12 > 1/1 cat/c-1
        13 > 2/2 cat/y-1
        20 = 2/2 cat/y-1
        20 = 1/1 cat/c-1
        21 : 2/2 cat/y-1
        22 : 1/1 cat/c-1`),
    ).toEqual(['cat/a-1 0 9 9 10', 'cat/x-1 3 11 11 12', 'cat/c-1 12 20 20 22', 'cat/y-1 13 20 20 21']);
  });
});

const runs = quick ? 40 : 200;

test('the true end of a build lies where it is said to', () => {
  let all = 0;
  let right = 0;
  let exact = 0;
  for (let seed = 0; seed < runs; seed++) {
    const random = seeded(`ends ${seed}`);
    const list = randomList(random, 10 + random.below(40)).map(one => ({
      ...one,
      build: 3 + random.below(300),
      merge: 1 + random.below(4),
      width: 1,
    }));
    const { jobs, mergeWait } = { jobs: random.pick([1, 2, 3, 5, 8]), mergeWait: random.chance(0.5) };
    const run = imagineRun(list, { jobs, mergeWait, cores: 64, spread: 0.2, begin: 1e9 }, random);
    const found = mergesIn(logText([run]));
    expect(found, `seed ${seed}`).toHaveLength(list.length);
    for (const { cpv, builtFrom, builtBy, started } of found) {
      const end = run.ends.get(cpv)!;
      all++;
      if (end >= builtFrom - 2 && end <= builtBy + 2) right++;
      if (builtBy - builtFrom <= Math.max(1, (builtBy - started) * 0.15)) exact++;
    }
  }
  expect(right / all).toBeGreaterThan(0.98);
  expect(exact / all).toBeGreaterThan(0.6);
});

test('whatever the log says, times are in order and nothing is told twice', () => {
  const random = seeded('rubbish');
  const list = randomList(random, 40);
  const lines = imagineLife(list, random).log.split('\n').slice(0, 1500);
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(lines.length - 1), fc.nat(30)), { maxLength: 60 }),
      fc.array(fc.tuple(fc.nat(), fc.string({ unit: 'binary' })), { maxLength: 10 }),
      (pieces, rubbish) => {
        const log = pieces.flatMap(([at, length]) => lines.slice(at, at + length));
        for (const [at, text] of rubbish) log.splice(at % (log.length + 1), 0, text);
        const found = mergesIn(`${log.join('\n')}\n`);
        expect(found.length).toBeLessThanOrEqual(
          log.filter(one => one.includes(' completed emerge ')).length,
        );
        for (const { started, builtFrom, builtBy, completed } of found) {
          expect(started <= builtFrom && builtFrom <= builtBy && builtBy <= completed).toBe(true);
        }
      },
    ),
    { numRuns: quick ? 30 : 120 },
  );
});
