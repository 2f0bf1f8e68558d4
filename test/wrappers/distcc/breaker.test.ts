/** The breaker as a model and as shell: the same after every step, and what it promises over random lives of a host. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import {
  type FaultKind,
  longest,
  readBreaker,
  readClaims,
  stateOf,
} from '../../../wrappers/distcc/breaker.ts';
import { quick, top } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import { begin, end, live, newLife } from './life.ts';

const directories: string[] = [];
afterEach(() => {
  for (const directory of directories.splice(0)) rmSync(directory, { recursive: true, force: true });
});

/** What the shell prints for these lines, one for one. */
function inShell(
  lines: readonly string[],
  shell: readonly string[],
  files: Record<string, string> = {},
): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'breaker-'));
  directories.push(directory);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, `host.${name}`), text);
  const driver = join(top, 'test/wrappers/distcc/breaker.sh');
  const [program = 'sh', ...words] = shell;
  const run = spawnSync(program, [...words, driver, join(top, 'wrappers/distcc/breaker.sh'), directory], {
    input: lines.map(line => `${line}\n`).join(''),
    encoding: 'utf8',
    timeout: 60_000,
  });
  expect(run.stderr).toBe('');
  return run.stdout.split('\n').slice(0, -1);
}

describe('over random lives of a host', () => {
  const runs = { numRuns: quick ? 10 : 60 };

  test('nobody uses it while it is open, one probe at a time tries it, and it is never away for ever', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, strikes) => {
        const life = live(random(seed), 400, strikes, ({ now, jobs, breaker, dead }, begun, before) => {
          if (breaker.until !== 0) {
            expect(breaker.until - breaker.opened).toBeLessThanOrEqual(longest);
            expect(breaker.until - breaker.opened).toBeGreaterThanOrEqual(100);
          }
          if (begun === undefined) return;
          expect(stateOf(before, now)).not.toBe('open');
          if (!begun.isProbe) return;
          expect(now).toBeGreaterThanOrEqual(before.until);
          const others = jobs.filter(
            job => job.isProbe && job !== begun && !dead.has(job.pid) && now - job.started < longest,
          );
          // one that went on past a success of an older job may still be there
          expect(others.filter(job => job.started > before.opened)).toEqual([]);
        });
        // whatever happened: a minute for the host, a minute for a probe that hangs, and it is tried
        life.now = Math.max(life.now, life.breaker.until) + 2 * longest;
        const tried = begin(life, 999_999, { ends: 0, outcome: 'success' });
        expect(tried).toBeDefined();
        end(life, tried!, strikes);
        expect(stateOf(life.breaker, life.now)).toBe('closed');
      }),
      runs,
    );
  });

  test.each<[FaultKind, number]>([
    ['network', 1],
    ['difference', 1],
    ['difference', 3],
  ])(
    'a host with nothing but %s faults and %d strikes is tried once a minute in the end',
    (fault, strikes) => {
      const life = newLife();
      let tries = 0;
      const hour = 360_000;
      for (let pid = 1; life.now < hour; pid += 1) {
        life.now += 30;
        const job = begin(life, pid, { ends: 0, outcome: fault });
        if (job === undefined) continue;
        tries += 1;
        life.now += 1;
        end(life, job, strikes);
      }
      // 1 + 2 + 4 + ... + 32 seconds are one more minute
      expect(tries).toBeLessThanOrEqual(strikes + 6 + 60);
      expect(tries).toBeGreaterThanOrEqual(strikes + 6 + 57);
    },
  );

  test.each([['dash'], ['bash', '--posix'], ['busybox', 'sh']])(
    '%s comes to the same after every step',
    (...shell) => {
      fc.assert(
        fc.property(fc.integer(), fc.integer({ min: 1, max: 5 }), (seed, strikes) => {
          const { lines, expected } = live(random(seed), 150, strikes, () => {});
          expect(inShell(lines, shell)).toEqual(expected);
        }),
        { numRuns: quick ? 1 : 12 },
      );
    },
  );
});

describe('what stands in the files', () => {
  const nothing = '- 0 0 0 0 0 0 none';
  test.each([
    ['1 5 0 0 0 8 8 none\n', '.', 9, '- 5 0 0 0 8 8 none'],
    ['', '...', 9, '- 0 0 0 0 3 3 none'],
    ['rubbish', '', 9, nothing],
    ['1 2 3', '', 9, nothing],
    ['1 05 0 0 0 0 0 none', '', 9, nothing],
    ['1 -5 0 0 0 0 0 none', '', 9, nothing],
    ['1 99999999999999999999 0 0 0 0 0 none', '', 9, nothing],
    ['2 5 0 0 0 0 0 none', '', 9, nothing],
    // the machine was started again: the file is from a later hour
    ['1 5000 900000 9 2 0 0 network', '', 9, '- 0 9 6 2 0 0 network'],
    ['1 5 200 1 2 0 0 difference', '', 9, '- 5 200 1 2 0 0 difference'],
  ])('%j and %j at %d', (state, ok, now, expected) => {
    const breaker = readBreaker(state, ok, now);
    expect(`- ${Object.values(breaker).join(' ')}`).toBe(expected);
    expect(inShell([`look ${now}`], ['dash'], { state, ok })).toEqual([expected]);
  });

  test('claims that are none are passed over', () => {
    expect(readClaims('12 5\n\n7\n007 5\n1 2 3\n9 9\n')).toEqual([
      { pid: 12, since: 5 },
      { pid: 9, since: 9 },
    ]);
  });
});
