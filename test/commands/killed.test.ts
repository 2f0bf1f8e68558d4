/** The built command, killed at random moments, several times over; afterwards disable gives everything back. */
import { spawn } from 'node:child_process';
import { existsSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { type Desk, makeDesk, treeAt } from './kit.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await makeDesk();
});
afterAll(() => desk.root.remove());

const tree = () => treeAt(desk);

/** Lets the time pass after which a silent holder counts as dead. */
function ageLock(): void {
  const lock = join(desk.root.directory, 'run/tumpline/enable.lock');
  if (existsSync(lock)) utimesSync(lock, 1, 1);
}

async function kill(args: readonly string[], milliseconds: number): Promise<boolean> {
  const child = spawn(`${desk.tree}/bin/tumpline`, args, { env: desk.environment, stdio: 'ignore' });
  const ended = new Promise<string | null>(done => child.on('exit', (_, signal) => done(signal)));
  await Promise.race([ended, sleep(milliseconds)]);
  child.kill('SIGKILL');
  return (await ended) === 'SIGKILL';
}

test('killed at random moments', async () => {
  const before = tree();
  const on = ['enable', 'emerge', '--observability=yes'];
  const started = Date.now();
  expect(desk.tumpline(on).status).toBe(0);
  const duration = Date.now() - started;
  expect(desk.tumpline(['disable', 'emerge']).status).toBe(0);
  expect(tree()).toEqual(before);
  let killed = 0;
  for (let round = 0; round < (quick ? 3 : 12); round += 1) {
    for (const args of round % 3 === 2 ? [on, on] : [on, ['disable', 'emerge']]) {
      if (await kill(args, 40 + Math.random() * duration)) killed += 1;
      ageLock();
    }
    const { status, stderr } = desk.tumpline(['disable', 'emerge']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(tree()).toEqual(before);
  }
  expect(killed).toBeGreaterThan(0);
});
