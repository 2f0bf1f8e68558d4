/** A live run of the real Portage ends as plain emerge ends, however it is interrupted. */
import { describe, expect, test } from 'vitest';
import { noteReduced, quick, emerge as realEmerge } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import type { Step, TerminalOutcome } from './front-kit.ts';
import { cursorHidden, expectFullMargins, front, onTerminal } from './live-kit.ts';

/** The same steps on plain emerge and on the front. */
async function both(args: readonly string[], steps: readonly Step[]) {
  const plain = await onTerminal([realEmerge, ...args], steps);
  const wrapped = await onTerminal([front, ...args], steps);
  expectFullMargins(wrapped);
  expect(cursorHidden(wrapped)).toBe(cursorHidden(plain));
  return { plain, wrapped };
}

const end = ({ code, signal }: TerminalOutcome) => ({ code, signal });

/** emerge waits for its builds, which do not hear of a signal for emerge alone. */
const slow = new Set(['TERM while it resolves', 'TERM while it merges', 'INT while it merges']);

describe('with Portage, as plain emerge ends', () => {
  test.each(
    [
      ['a merge', ['-1', 'app-misc/quick'], []],
      ['a build that fails', ['-1', 'app-misc/broken'], []],
      ['a package that is not there', ['app-misc/none'], []],
      [
        '--ask answered no',
        ['-1a', 'app-misc/quick'],
        [{ after: 'Would you like', pause: 0.2, text: 'n\n' }],
      ],
      [
        '--ask answered yes',
        ['-1a', 'app-misc/quick'],
        [{ after: 'Would you like', pause: 0.2, text: 'y\n' }],
      ],
      [
        '--ask left by Ctrl-D',
        ['-1a', 'app-misc/quick'],
        [{ after: 'Would you like', pause: 0.2, text: '\x04' }],
      ],
      [
        '--ask left by Ctrl-C',
        ['-1a', 'app-misc/quick'],
        [{ after: 'Would you like', pause: 0.2, text: '\x03' }],
      ],
      [
        'Ctrl-C while it resolves',
        ['-1', 'app-misc/stuck'],
        [{ after: 'Calculating', pause: 1, text: '\x03' }],
      ],
      [
        'TERM while it resolves',
        ['-1', 'app-misc/stuck'],
        [{ after: 'Calculating', pause: 1, signal: 'SIGTERM' }],
      ],
      [
        'HUP while it resolves',
        ['-1', 'app-misc/stuck'],
        [{ after: 'Calculating', pause: 1, signal: 'SIGHUP' }],
      ],
      [
        'Ctrl-C while it merges',
        ['-1', 'app-misc/long'],
        [{ after: 'compile-now', pause: 0.5, text: '\x03' }],
      ],
      [
        'TERM while it merges',
        ['-1', 'app-misc/long'],
        [{ after: 'compile-now', pause: 0.5, signal: 'SIGTERM' }],
      ],
      [
        'INT while it merges',
        ['-1', 'app-misc/long'],
        [{ after: 'compile-now', pause: 0.5, signal: 'SIGINT' }],
      ],
    ].filter(([name]) => !(quick && slow.has(String(name)))) as [string, string[], Step[]][],
  )('%s', { timeout: 180_000 }, async (name, args, steps) => {
    const { plain, wrapped } = await both(args, steps);
    expect(end(wrapped), name).toEqual(end(plain));
  });

  test.skipIf(quick)(
    'a list of commands goes on, or not, as with plain emerge',
    { timeout: 180_000 },
    async () => {
      const goesOn = async (program: string, target: string, steps: readonly Step[]) => {
        const line = `${program} -1 ${target}; echo next-$((40 + 2))\r`;
        const shell = ['/bin/bash', '--norc', '--noprofile', '-i'];
        const typed = [{ pause: 0.5, text: line }, ...steps, { pause: 6, text: '\rexit\r' }];
        return (await onTerminal(shell, typed, { PS1: '> ' })).output.includes('next-42');
      };
      for (const [target, after] of [
        ['app-misc/stuck', 'Calculating'],
        ['app-misc/long', 'compile-now'],
      ] as const) {
        const steps = [{ after, pause: 1, text: '\x03' }];
        expect(await goesOn(front, target, steps), target).toBe(await goesOn(realEmerge, target, steps));
      }
    },
  );
});

test.skipIf(quick)(
  'INT and TERM at random moments end as plain emerge may end',
  { timeout: 400_000 },
  async () => {
    const turns = 3;
    const seen: Record<'plain' | 'wrapped', Set<string>> = { plain: new Set(), wrapped: new Set() };
    for (let turn = 0; turn < turns; turn += 1) {
      const chance = random(100 + turn);
      const signal = chance.pick(['SIGINT', 'SIGTERM'] as const);
      const number = signal === 'SIGINT' ? 130 : 143;
      const steps = [{ pause: 0.2 + chance() * 3, signal }];
      for (const [who, program] of [
        ['plain', realEmerge],
        ['wrapped', front],
      ] as const) {
        const outcome = await onTerminal([program, '-1', 'app-misc/long'], steps);
        expectFullMargins(outcome);
        // before Portage has its handlers Python's own say 1
        expect([`${number} null`, `null ${signal}`, '1 null']).toContain(`${outcome.code} ${outcome.signal}`);
        seen[who].add(outcome.signal ? 'died' : 'left');
      }
    }
    expect(seen.wrapped.size).toBeGreaterThan(0);
  },
);
if (quick) noteReduced('live runs: signals for emerge alone only while it runs; none at random moments');

test.each(quick ? ['live.sh'] : ['live.sh', 'painter.cjs'])(
  'kill -9 of %s: the terminal is repaired, nobody stays',
  async part => {
    const outcome = await onTerminal(
      [
        '/bin/bash',
        '-c',
        `"$@" & :
      for turn in {1..200}; do
        sleep 0.1
        for dir in /proc/[0-9]*; do
          pid=\${dir#/proc/}
          [ "$pid" != $$ ] && grep -qzs "RUN_MARK=$RUN_MARK" $dir/environ && grep -qzs "${part}" $dir/cmdline && found=$pid && break
        done
        [ -n "$found" ] && break
      done
      sleep 4
      kill -9 "$found"; sleep 2
      for dir in /proc/[0-9]*; do
        pid=\${dir#/proc/}
        grep -qzs "RUN_MARK=$RUN_MARK" $dir/environ && grep -qzs bin/emerge $dir/cmdline && [ "$pid" != $$ ] && kill -TERM $pid
      done
      wait`,
        'sh',
        front,
        '-1',
        'app-misc/long',
      ],
      [],
    );
    expect(outcome.output.replaceAll('\x1b', '^')).toMatch(/\^\[1;\d+r/);
    expectFullMargins(outcome);
  },
);
