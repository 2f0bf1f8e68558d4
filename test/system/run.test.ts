import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Fault } from '../../system/fault.ts';
import { printable } from '../../system/printable.ts';
import { run, runChecked } from '../../system/run.ts';
import { quick } from '../kit/environment.ts';
import { writeProgram } from '../kit/program.ts';

async function faultOf(work: Promise<unknown>): Promise<Fault> {
  const error = await work.catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(Fault);
  return error as Fault;
}

test('gives both outputs apart, to the byte, and the exit status', async () => {
  expect(await run('sh', ['-c', 'echo out; printf err >&2; exit 3'])).toEqual({
    stdout: 'out\n',
    stderr: 'err',
    exitCode: 3,
    signal: undefined,
  });
});

test('tells the signal', async () => {
  const result = await run('sh', ['-c', 'kill -TERM $$']);
  expect(result).toMatchObject({ exitCode: undefined, signal: 'SIGTERM' });
});

test('the environment is exactly the given one, the input is handed in, else empty', async () => {
  const { stdout } = await run('/usr/bin/env', [], { env: { A: 'b' } });
  expect(stdout).toBe('A=b\n');
  expect((await run('cat', [], { input: 'ä\n' })).stdout).toBe('ä\n');
  expect((await run('cat', [])).stdout).toBe('');
});

test('words are not read by a shell', async () => {
  expect((await run('printf', ['%s', '$HOME `id` ; \n'])).stdout).toBe('$HOME `id` ; \n');
});

test('a missing program, a slow one, a failing one, a loud one', async () => {
  const missing = await faultOf(run('/nowhere/program', []));
  expect(missing).toMatchObject({ code: 'missing', message: '/nowhere/program: no such program' });
  const slow = await faultOf(run('sleep', ['20'], { timeout: 100 }));
  expect(slow).toMatchObject({ code: 'failed', message: 'sleep: no answer within 0.1 s' });
  const failing = await faultOf(
    runChecked('sh', ['-c', String.raw`printf 'first\n\033[31mbad\033[0m\n' >&2; exit 4`]),
  );
  expect(failing.message).toBe('sh: exit status 4: \\u001b[31mbad\\u001b[0m');
  const loud = await faultOf(run('yes', [], { maxBuffer: 1000 }));
  expect(loud.message).toBe('yes: printed more than is read');
  const directory = await faultOf(run('/', []));
  expect(directory.code).toBe('failed');
});

test('can be called off', async () => {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 50);
  expect((await faultOf(run('sleep', ['20'], { cancel: controller.signal }))).code).toBe('interrupted');
});

test('printable leaves letters and escapes what moves the cursor or the reading direction', () => {
  expect(printable('größe 猫 \u{1f600}')).toBe('größe 猫 \u{1f600}');
  expect(printable('\u001b]0;x\u0007\r\n\t\u009b1m\u202e\u2066\u007f')).toBe(
    '\\u001b]0;x\\u0007\\r\\n\\t\\u009b1m\\u202e\\u2066\\u007f',
  );
});

test('a group ends with all that it started', async () => {
  const begun = Date.now();
  // without a group the output stays open until the second sleep ends
  const slow = await faultOf(run('sh', ['-c', 'sleep 30 & sleep 30'], { timeout: 200, group: true }));
  expect(slow.message).toBe('sh: no answer within 0.2 s');
  const signal = AbortSignal.timeout(100);
  const left = await faultOf(run('sh', ['-c', 'sleep 30 & sleep 30'], { cancel: signal, group: true }));
  expect(left.code).toBe('interrupted');
  expect(Date.now() - begun).toBeLessThan(5000);
});

test.skipIf(quick)('a signal that ends us ends our groups', async () => {
  const scratch = mkdtempSync(join(tmpdir(), 'run-'));
  const mark = `31.${process.pid}`;
  try {
    const program = join(scratch, 'program.cjs');
    await writeProgram(
      `import { run } from './system/run.ts';
      for (const _ of [1, 2]) run('sh', ['-c', 'sleep ${mark} & echo x; sleep ${mark}'], { group: true });
      setTimeout(() => process.stdout.write('on\\n'), 300);`,
      program,
    );
    const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
    await new Promise(resolve => child.stdout.once('data', resolve));
    const sleeping = () => spawnSync('pgrep', ['-f', `sleep ${mark}`], { encoding: 'utf8' }).stdout;
    expect(sleeping().trim().split('\n').length).toBeGreaterThanOrEqual(4);
    const ended = new Promise(resolve => child.once('close', (_, signal) => resolve(signal)));
    child.kill('SIGINT');
    expect(await ended).toBe('SIGINT');
    await expect.poll(sleeping, { timeout: 5000 }).toBe('');
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});
