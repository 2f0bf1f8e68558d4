/** Servers and workshops of one test, taken away after it. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { type Distccd, hasDistcc, startDistccd } from '../../kit/distccd.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { makeWorkshop, type Workshop } from './workshop.ts';

if (quick) noteReduced('distcc: one fault of a server instead of all');
export const thorough = test.skipIf(quick || !hasDistcc());

const servers: Distccd[] = [];
const shops: Workshop[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
  for (const shop of shops.splice(0)) shop.remove();
});

export async function newServer(options?: { compilers?: boolean }): Promise<Distccd> {
  const server = await startDistccd(options);
  servers.push(server);
  return server;
}

export async function newShop(hosts: string): Promise<Workshop> {
  const shop = await makeWorkshop(hosts);
  shops.push(shop);
  shop.write({ 'good.c': 'int good(int x) { return x + 1; }\n', 'bad.c': 'int bad( {\n' });
  return shop;
}

/** good.c compiled as the plain compiler does it; how many seconds it took. */
export function good(shop: Workshop, changes: Record<string, string> = {}): number {
  const object = join(shop.directory, 'good.o');
  const command = ['gcc', '-c', 'good.c', '-o', 'good.o'];
  rmSync(object, { force: true });
  shop.run(command, shop.plain);
  const wanted = readFileSync(object);
  rmSync(object);
  const started = Date.now();
  const { status, stdout, stderr } = shop.run(command, changes);
  expect([status, stdout, stderr]).toEqual([0, '', '']);
  expect(readFileSync(object).equals(wanted)).toBe(true);
  expect(shop.left()).toEqual([]);
  return (Date.now() - started) / 1000;
}

export function results(shop: Workshop): string[] {
  return shop.journal().map(({ result }) => result);
}

export async function untilRemote(shop: Workshop, seconds: number): Promise<number> {
  const started = Date.now();
  while (results(shop).at(-1) !== 'remote') {
    expect((Date.now() - started) / 1000, 'seconds without the server').toBeLessThan(seconds);
    good(shop);
    await sleep(50);
  }
  return (Date.now() - started) / 1000;
}
