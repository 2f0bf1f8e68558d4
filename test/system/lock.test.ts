import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Fault, faultExitStatus } from '../../system/fault.ts';
import { withLock } from '../../system/lock.ts';
import { writeProgram } from '../kit/program.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-lock-'));
const program = join(scratch, 'holder.cjs');
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

beforeAll(async () => {
  await writeProgram(
    `
        import { withLock } from './system/lock.ts';
        const [path, log, milliseconds] = process.argv.slice(2);
        import { appendFileSync } from 'node:fs';
        void withLock(path, { purpose: 'the other one', wait: 20000 }, async () => {
          appendFileSync(log, 'in\\n');
          await new Promise(done => setTimeout(done, Number(milliseconds)));
          appendFileSync(log, 'out\\n');
        });`,
    program,
  );
});

function holder(path: string, log: string, milliseconds: number) {
  return spawn(process.execPath, [program, path, log, String(milliseconds)], { stdio: 'inherit' });
}

async function until(condition: () => boolean): Promise<void> {
  for (let round = 0; round < 400 && !condition(); round += 1) await sleep(25);
  expect(condition()).toBe(true);
}

test('a held lock is a Fault that names the holder, exit status 75', async () => {
  const [path, log] = [join(scratch, 'run/a.lock'), join(scratch, 'a.log')];
  writeFileSync(log, '');
  const child = holder(path, log, 1000);
  await until(() => existsSync(`${path}.holder`));
  const fault = await withLock(path, { purpose: 'us' }, async () => undefined).catch(error => error as Fault);
  expect(fault).toBeInstanceOf(Fault);
  expect(fault?.message).toBe(`${path}: held by process ${child.pid} (the other one)`);
  expect(faultExitStatus(fault as Fault)).toBe(75);
  const result = await withLock(path, { purpose: 'us', wait: 10_000 }, async () => readFileSync(log, 'utf8'));
  expect(result).toBe('in\nout\n');
  expect(existsSync(path)).toBe(false);
  expect(existsSync(`${path}.holder`)).toBe(false);
});

test('several at once come one after the other', async () => {
  const [path, log] = [join(scratch, 'b.lock'), join(scratch, 'b.log')];
  const children = [1, 2, 3, 4].map(() => holder(path, log, 50));
  const codes = await Promise.all(children.map(child => new Promise(done => child.on('exit', done))));
  expect(codes).toEqual([0, 0, 0, 0]);
  expect(readFileSync(log, 'utf8')).toBe('in\nout\n'.repeat(4));
});

test('a killed holder gives way, although nobody asked to wait', async () => {
  const [path, log] = [join(scratch, 'c.lock'), join(scratch, 'c.log')];
  const child = holder(path, log, 60_000);
  await until(() => existsSync(`${path}.holder`));
  child.kill('SIGKILL');
  await new Promise(done => child.on('exit', done));
  expect(existsSync(path)).toBe(true);
  expect(await withLock(path, { purpose: 'us', stale: 2000 }, async () => 'done')).toBe('done');
});

test('the lock is given back when the work fails', async () => {
  const path = join(scratch, 'd.lock');
  await expect(withLock(path, { purpose: 'us' }, () => Promise.reject(new Error('work')))).rejects.toThrow(
    'work',
  );
  expect(existsSync(path)).toBe(false);
  expect(await withLock(path, { purpose: 'us' }, async () => 1)).toBe(1);
});

test('a link that somebody has planted for the name of the holder is not written through', async () => {
  const path = join(scratch, 'planted.lock');
  writeFileSync(join(scratch, 'precious'), 'old');
  symlinkSync('precious', `${path}.holder`);
  expect(await withLock(path, { purpose: 'a test' }, async () => 'done')).toBe('done');
  expect(readFileSync(join(scratch, 'precious'), 'utf8')).toBe('old');
});
