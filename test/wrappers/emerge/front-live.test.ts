/** A live run ends as emerge ends, and leaves nothing behind. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { quick } from '../../kit/environment.ts';
import { random } from '../../kit/random.ts';
import { writeProgram } from './front-kit.ts';
import { front, onTerminal, place } from './live-kit.ts';

let count = 0;

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
    expect(outcome.output.replaceAll('\x1b7\x1b[r\x1b8\x1b[J\x1b[?25h', '')).toBe('');
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
