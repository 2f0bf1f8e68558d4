import { expect, test } from 'vitest';
import { Fault } from '../../system/fault.ts';
import { printable } from '../../system/printable.ts';
import { run, runChecked } from '../../system/run.ts';

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
