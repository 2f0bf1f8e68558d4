import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from 'vitest';
import { watchedPid, watchedRoots } from '../../../../wrappers/emerge/watch/watched.ts';

const folder = mkdtempSync(join(tmpdir(), 'tumpline-watched-'));
chmodSync(folder, 0o755);
writeFileSync(join(folder, 'emerge'), 'echo ready; read -r line\n');
let child: ChildProcess | undefined;
afterEach(() => child?.kill('SIGKILL'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A process that looks like an emerge. */
async function start(uid?: number): Promise<number> {
  child = spawn('/bin/sh', [join(folder, 'emerge'), '--root=/mnt/other', '-1', 'a/b'], {
    env: { PORTAGE_OVERRIDE_EPREFIX: '/their/prefix', USE: 'theirs' },
    stdio: ['pipe', 'pipe', 'ignore'],
    ...(uid === undefined ? {} : { uid }),
  });
  await new Promise(resolve => child?.stdout?.once('data', resolve));
  return child.pid ?? 0;
}

const own = { PATH: '/our/path', TUMPLINE_EMERGE: '/our/emerge', HOME: '/our/home' };

test('the configuration is looked for where our own emerge was told to', async () => {
  const { environment, roots } = watchedRoots(await start(), own);
  expect(roots).toEqual({ root: '/mnt/other' });
  expect(environment).toMatchObject({
    PORTAGE_OVERRIDE_EPREFIX: '/their/prefix',
    USE: 'theirs',
    ROOT: '/mnt/other',
    PATH: '/our/path',
    TUMPLINE_EMERGE: '/our/emerge',
  });
  expect(environment['HOME']).toBeUndefined();
});

test.skipIf(process.getuid?.() !== 0)('a process of another user does not choose what we read', async () => {
  const pid = await start(65_534);
  expect(watchedRoots(pid, own)).toEqual({ environment: own, roots: {} });
});

test('a process must be there, and be an emerge', async () => {
  const pid = await start();
  expect(watchedPid(String(pid), () => '')).toBe(pid);
  for (const wrong of ['0', '-1', 'x', '99999999', String(process.pid), '1e3', ''])
    expect(() => watchedPid(wrong, () => '')).toThrow('--pid of a running emerge is needed');
});
