/** A live run ends as emerge ends, and leaves nothing behind. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { noteReduced, quick, emerge as realEmerge } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import type { RootDeclaration } from '../../testbed/declaration.ts';
import { makeRoot, type Root } from '../../testbed/root.ts';
import { folder, onPty, type Step, type TerminalOutcome, writeProgram } from './front-kit.ts';
import { wrapperTree } from './terminal/stage.ts';

const declaration: RootDeclaration = {
  ebuilds: {
    'app-misc/quick-1': {},
    'app-misc/broken-1': { fail: 'compile' },
    'app-misc/long-1': {
      phases: 'src_compile() {\n\techo compile-now\n\tfor i in {1..200}; do sleep 0.1; done\n}',
    },
    // no md5-cache: the resolver must source it, and hangs there
    'app-misc/stuck-1': { inherit: 'stuck' },
  },
  eclasses: { stuck: 'read -r -t 3 <> <(:)\n' },
};

let tree: string;
let front: string;
let place: string;
let root: Root;
beforeAll(async () => {
  [tree, root] = await Promise.all([wrapperTree(), makeRoot(declaration)]);
  front = join(tree, 'bin/emerge');
  place = folder();
});
afterAll(() => {
  root?.remove();
  for (const path of [tree, place]) rmSync(path, { recursive: true, force: true });
});

/** Processes whose environment names this place. */
function remaining(mark: string): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .flatMap(pid => {
      try {
        if (!readFileSync(`/proc/${pid}/environ`, 'latin1').includes(mark)) return [];
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
        return line === '' ? [] : [`${pid} ${line}`];
      } catch {
        return [];
      }
    });
}

async function nobodyLeft(mark: string): Promise<void> {
  const end = Date.now() + 15_000;
  while (remaining(mark).length > 0 && Date.now() < end) await new Promise(done => setTimeout(done, 50));
  expect(remaining(mark)).toEqual([]);
}

let count = 0;
async function onTerminal(
  argv: readonly string[],
  steps: readonly Step[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<TerminalOutcome> {
  count += 1;
  const mark = `run-${count}-${process.pid}`;
  const outcome = await onPty(argv, {
    env: {
      ...root.environment,
      PYTHONHASHSEED: '0',
      TERM: 'xterm',
      TUMPLINE_EMERGE: realEmerge,
      RUN_MARK: mark,
      ...env,
    },
    cwd: root.directory,
    steps,
    timeout: 45,
  });
  expect(outcome.late, outcome.output).toBe(false);
  expect(outcome.undone, outcome.output).toBe(0);
  await nobodyLeft(`RUN_MARK=${mark}`);
  return outcome;
}

/** Whether the cursor is left hidden; Portage killed beside its spinner does so. */
function cursorHidden({ output }: TerminalOutcome): boolean {
  return output.lastIndexOf('\x1b[?25h') < output.lastIndexOf('\x1b[?25l');
}

/** The margins that the terminal is left with are full. */
function expectFullMargins({ output }: TerminalOutcome): void {
  const margins = [...output.replaceAll('\x1b', '^').matchAll(/\^\[(\d+;\d+)?r/g)].map(
    found => found[1] ?? '',
  );
  expect(margins.at(-1) ?? '').toBe('');
}

const ends: [string, string, { code?: number; signal?: NodeJS.Signals }][] = [
  ['exit 0', 'exit 0', { code: 0 }],
  ['exit 1', 'exit 1', { code: 1 }],
  ['exit 2 after a while', 'sleep 0.4; exit 2', { code: 2 }],
  ['exit 127', 'exit 127', { code: 127 }],
  ['exit 130, as Portage does while it merges', 'sleep 0.2; exit 130', { code: 130 }],
  ['exit 143', 'exit 143', { code: 143 }],
  ['exit 139', 'exit 139', { code: 139 }],
  ['exit 255', 'exit 255', { code: 255 }],
  ...(['HUP', 'INT', 'QUIT', 'KILL', 'SEGV', 'PIPE', 'ALRM', 'TERM', 'USR1', 'ABRT'] as const).map(
    (name): [string, string, { signal: NodeJS.Signals }] => [
      `death by ${name}`,
      `ulimit -c 0; sleep 0.1; kill -${name} $$`,
      { signal: `SIG${name}` },
    ],
  ),
];

describe.each([
  ['', {}],
  [' where sh is to be POSIX', { POSIXLY_CORRECT: '1' }],
  [' in another language', { LANGUAGE: 'de', LC_ALL: 'C.UTF-8' }],
])('the end of emerge is ours%s', (_where, env) => {
  test.each(ends)('%s', async (_name, script, { code = null, signal = null }) => {
    count += 1;
    const file = writeProgram(join(place, `${count}/emerge`), `#!/bin/sh\n${script}\n`);
    const outcome = await onTerminal([front, 'app-misc/x'], [], { ...env, TUMPLINE_EMERGE: file });
    expect(outcome).toMatchObject({ code, signal });
    // a painter that dies while Node starts may be cleaned up after for nothing
    expect(outcome.output.replaceAll('\x1b7\x1b[r\x1b8\x1b7\x1b[E\x1b[J\x1b8\x1b[?25h', '')).toBe('');
  });
});

describe('signals for the wrapper reach emerge, once', () => {
  const script = `#!/bin/bash
for name in HUP INT QUIT TERM USR1 USR2; do trap "echo got $name" $name; done
echo ready
for i in {1..25}; do sleep 0.1; done
exit 7
`;
  test.each(['HUP', 'INT', 'QUIT', 'TERM', 'USR1', 'USR2'] as const)('%s', async name => {
    const file = writeProgram(join(place, `catch-${name}/emerge`), script);
    const steps = [{ after: 'ready', pause: 0.2, signal: `SIG${name}` as NodeJS.Signals }];
    const outcome = await onTerminal([front, 'app-misc/x'], steps, { TUMPLINE_EMERGE: file });
    expect(outcome.output.match(/got \w+/g)).toEqual([`got ${name}`]);
    expect(outcome.code).toBe(7);
  });

  test('those that come before emerge runs are not lost', async () => {
    for (let turn = 0; turn < (quick ? 3 : 10); turn += 1) {
      const file = writeProgram(join(place, `early-${turn}/emerge`), '#!/bin/sh\nsleep 5\n');
      const steps = [{ pause: random(turn + 1)() * 0.08, signal: 'SIGTERM' as const }];
      const outcome = await onTerminal([front, 'app-misc/x'], steps, { TUMPLINE_EMERGE: file });
      expect(outcome).toMatchObject({ code: null, signal: 'SIGTERM' });
    }
  });
});

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

test.each(['live.sh', 'painter.cjs'])('kill -9 of %s: the terminal is repaired, nobody stays', async part => {
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
});
