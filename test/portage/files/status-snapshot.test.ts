import { expect, test } from 'vitest';
import { parseStatusSnapshot } from '../../../portage/files/status-snapshot.ts';
import { random } from '../../kit/random.ts';

/** In the shape of _emerge._observability. */
const sound = {
  type: 'snapshot',
  version: 1,
  emerge_pid: 4711,
  jobs: { running: 2, max: 4, completed: 3, total: 9, failed: 1, merge_wait: 1, merges_pending: 0 },
  tasks: [
    {
      cpv: 'a/b-1',
      root: '/',
      kind: 'build',
      phase: 'compile',
      merge_wait: false,
      binary: false,
      operation: 'merge',
      elapsed: 1.5,
    },
    {
      cpv: 'a/c-1',
      root: '/r/',
      kind: 'merge',
      phase: null,
      merge_wait: true,
      binary: true,
      operation: 'uninstall',
    },
  ],
};

test('a snapshot', () => {
  expect(parseStatusSnapshot(JSON.stringify(sound))).toEqual({
    pid: 4711,
    running: 2,
    completed: 3,
    total: 9,
    failed: 1,
    tasks: [
      {
        cpv: 'a/b-1',
        root: '/',
        kind: 'build',
        phase: 'compile',
        mergeWait: false,
        binary: false,
        uninstall: false,
        elapsed: 1.5,
      },
      { cpv: 'a/c-1', root: '/r/', kind: 'merge', mergeWait: true, binary: true, uninstall: true },
    ],
  });
});

test.each([
  '',
  'null',
  '7',
  '[]',
  '{}',
  '{"type":"weather"}',
  JSON.stringify({ ...sound, type: 'event' }),
  JSON.stringify({ ...sound, emerge_pid: 'x' }),
  JSON.stringify({ ...sound, emerge_pid: -1 }),
  JSON.stringify({ ...sound, jobs: [] }),
  JSON.stringify({ ...sound, tasks: {} }),
  JSON.stringify(sound).slice(0, -1),
])('no snapshot: %s', line => {
  expect(parseStatusSnapshot(line)).toBeUndefined();
});

test('faulty tasks are left out, faulty values too', () => {
  const tasks = [
    7,
    null,
    { cpv: 'a/b-1' },
    { cpv: 'a/b-1', root: '/', phase: '\x1b[2J', elapsed: -3, merge_wait: 'yes' },
  ];
  const parsed = parseStatusSnapshot(
    JSON.stringify({ ...sound, jobs: { total: 1e300, failed: '1' }, tasks }),
  );
  expect(parsed).toMatchObject({ total: 0, failed: 0, running: 0 });
  expect(parsed?.tasks).toEqual([
    { cpv: 'a/b-1', root: '/', kind: 'build', mergeWait: false, binary: false, uninstall: false },
  ]);
});

test('whatever is done to its text, it is read or refused, and holds no control characters in a phase', () => {
  const next = random(3);
  const text = JSON.stringify(sound);
  for (let round = 0; round < 3000; round += 1) {
    const at = next.below(text.length);
    const spoilt = next.chance(0.5)
      ? text.slice(0, at) +
        next.pick(['\0', '"', '}', '\x1b', '9', ',', '[']) +
        text.slice(at + next.below(4))
      : text.slice(0, at);
    for (const { phase = 'x', cpv, root } of parseStatusSnapshot(spoilt)?.tasks ?? []) {
      expect(phase).toMatch(/^[\w-]{1,32}$/);
      expect([typeof cpv, typeof root]).toEqual(['string', 'string']);
    }
  }
});
