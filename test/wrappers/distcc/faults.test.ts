/** Whatever happens to a server: status, object and words are those of the plain compiler, and nothing is left behind. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { type Distccd, freePort, hasDistcc, startDistccd } from '../../kit/distccd.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { makeWorkshop, type Workshop } from './workshop.ts';

if (quick) noteReduced('distcc: one fault of a server instead of all');
const thorough = test.skipIf(quick || !hasDistcc());

const servers: Distccd[] = [];
const shops: Workshop[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.remove();
  for (const shop of shops.splice(0)) shop.remove();
});

async function newServer(options?: { compilers?: boolean }): Promise<Distccd> {
  const server = await startDistccd(options);
  servers.push(server);
  return server;
}

async function newShop(hosts: string): Promise<Workshop> {
  const shop = await makeWorkshop(hosts);
  shops.push(shop);
  shop.write({ 'good.c': 'int good(int x) { return x + 1; }\n', 'bad.c': 'int bad( {\n' });
  return shop;
}

/** good.c compiled as the plain compiler does it; how many seconds it took. */
function good(shop: Workshop, changes: Record<string, string> = {}): number {
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

function results(shop: Workshop): string[] {
  return shop.journal().map(({ result }) => result);
}

async function untilRemote(shop: Workshop, seconds: number): Promise<number> {
  const started = Date.now();
  while (results(shop).at(-1) !== 'remote') {
    expect((Date.now() - started) / 1000, 'seconds without the server').toBeLessThan(seconds);
    good(shop);
    await sleep(50);
  }
  return (Date.now() - started) / 1000;
}

describe('the network', () => {
  test.skipIf(!hasDistcc())('refused: tried once, then not for a second', async () => {
    const shop = await newShop(`127.0.0.1:${await freePort()}`);
    for (let times = 0; times < 4; times += 1) good(shop);
    expect(results(shop)[0]).toBe('network');
    expect(results(shop).filter(result => result === 'network').length).toBeLessThanOrEqual(2);
    expect(results(shop)).toContain('away');
  });

  thorough('one of two is down: the other one has the work', async () => {
    const server = await newServer();
    const shop = await newShop(`127.0.0.1:${await freePort()} ${server.host}`);
    for (let times = 0; times < 3; times += 1) good(shop);
    expect(server.compiled()).toBe(3);
    expect(results(shop)).toEqual(['network', 'remote', 'remote', 'remote']);
  });

  thorough('killed while it compiles, and back again', async () => {
    const server = await newServer();
    const shop = await newShop(server.host);
    for (let times = 0; times < 9; times += 1) good(shop);
    server.behave('slow 5');
    const job = shop.runAside(['gcc', '-c', 'good.c']);
    while (server.compiled() < 10) await sleep(20);
    await server.kill();
    expect(await job.end).toEqual({ status: 0, signal: null, stdout: '', stderr: '' });
    expect(results(shop).at(-1)).toBe('network');
    good(shop);
    server.behave('ok');
    await server.start();
    // the first fault of a host with a record is forgiven; distcc itself passes it over for the rest of that second
    await untilRemote(shop, 4);
  });

  thorough('away for a second and a half in a build: a little later the work is remote again', async () => {
    const server = await newServer();
    const shop = await newShop(`${server.host}/4`);
    for (let times = 0; times < 9; times += 1) good(shop);
    await server.kill();
    const gone = Date.now();
    while (Date.now() - gone < 1500) good(shop);
    await server.start();
    await untilRemote(shop, 4);
  });

  thorough('accepts and says nothing: given up when distcc gives up, and then left alone', async () => {
    const sockets: Socket[] = [];
    const silent = createServer(socket => sockets.push(socket));
    const port = await freePort();
    await new Promise<void>(done => silent.listen(port, '127.0.0.1', done));
    const shop = await newShop(`127.0.0.1:${port}`);
    try {
      const job = shop.runAside(['gcc', '-c', 'good.c'], { DISTCC_IO_TIMEOUT: '1' });
      expect(await job.end).toEqual({ status: 0, signal: null, stdout: '', stderr: '' });
      expect(good(shop)).toBeLessThan(0.9);
      expect(results(shop)).toEqual(['network', 'away']);
    } finally {
      for (const socket of sockets) socket.destroy();
      silent.close();
    }
  });
});

describe('the answers', () => {
  thorough('one refusal in a good record has no consequence', async () => {
    const server = await newServer();
    const shop = await newShop(server.host);
    for (let times = 0; times < 4; times += 1) good(shop);
    server.behave('reject');
    good(shop);
    server.behave('ok');
    for (let times = 0; times < 3; times += 1) good(shop);
    expect(results(shop)).toEqual([...Array(4).fill('remote'), 'difference', ...Array(3).fill('remote')]);
  });

  thorough(
    'the third refusal in a row has; one probe each second, two, four shows that it is well',
    async () => {
      const server = await newServer();
      const shop = await newShop(server.host);
      server.behave('reject');
      for (let times = 0; times < 6; times += 1) good(shop);
      expect(results(shop).filter(result => result === 'difference')).toHaveLength(3);
      expect(results(shop).at(-1)).toBe('away');
      server.behave('ok');
      await untilRemote(shop, 4);
    },
  );

  thorough('strikes = 1: the first difference is one too many', async () => {
    const server = await newServer();
    const shop = await newShop(server.host);
    for (let times = 0; times < 9; times += 1) good(shop);
    server.behave('reject');
    good(shop, { DISTCC_GUARD_STRIKES: '1' });
    good(shop);
    expect(results(shop).slice(-2)).toEqual(['difference', 'away']);
    const [kept, other] = [shop.plain['DISTCC_DIR'] ?? '', await newServer()];
    other.behave('reject');
    writeFileSync(join(kept, 'tumpline/settings'), 'strikes 1\nchecks no\n');
    good(shop, { DISTCC_HOSTS: other.host });
    good(shop, { DISTCC_HOSTS: other.host });
    expect(results(shop).slice(-2)).toEqual(['difference', 'away']);
  });

  thorough.each([
    ['its compiler crashes', 'crash'],
    ['its compiler refuses', 'reject'],
  ])('%s: tried here', async (_, how) => {
    const server = await newServer();
    server.behave(how);
    const shop = await newShop(server.host);
    good(shop);
    expect(results(shop)).toEqual(['difference']);
    // distcc itself passes a host over for the rest of the second in which its compiler fell
    await sleep(1000);
    // what fails here as well is no difference, but a crash there is none of a refusal here
    const bad = shop.run(['gcc', '-c', 'bad.c']);
    const plain = shop.run(['gcc', '-c', 'bad.c'], shop.plain);
    expect([bad.status, bad.stderr]).toEqual([plain.status, plain.stderr]);
    expect(results(shop).at(-1)).toBe(how === 'crash' ? 'difference' : 'same');
  });

  thorough('it has no compiler: tried here', async () => {
    const shop = await newShop((await newServer({ compilers: false })).host);
    good(shop);
    expect(results(shop)).toEqual(['difference']);
  });

  thorough('a build beside a loop of checks that fail: all of its units are remote', async () => {
    const server = await newServer();
    const shop = await newShop(`${server.host}/8`);
    good(shop);
    const checks = shop.runAside(['sh', '-c', 'while ! [ -e stop ]; do gcc -c bad.c -o check.o; done']);
    const units = Array.from({ length: 24 }, (_, index) => `unit${index}.c`);
    shop.write(Object.fromEntries(units.map(name => [name, 'int unit(int x) { return x; }\n'])));
    const made = shop.run(['xargs', '-P4', '-n1', 'gcc', '-c'], {}, units.join('\n'));
    shop.write({ stop: '' });
    await checks.end;
    expect([made.status, made.stderr]).toEqual([0, '']);
    const remote = shop.journal().filter(({ result }) => result === 'remote');
    expect(new Set(remote.map(({ source }) => source).filter(name => name.startsWith('unit'))).size).toBe(24);
    expect(new Set(results(shop))).toEqual(new Set(['remote', 'same']));
  });
});

describe('what is remembered', () => {
  const host = '127.0.0.1:1';
  /** how the state is spoiled before the compiles */
  const spoiled: [string, (kept: string) => void][] = [
    ['no directory can be made', kept => writeFileSync(join(kept, 'tumpline'), '')],
    [
      'rubbish',
      kept => {
        mkdirSync(join(kept, 'tumpline'));
        for (const name of [`${host}.state`, `${host}.ok`, `${host}.probe`, 'settings', 'journal.0'])
          writeFileSync(join(kept, 'tumpline', name), '\u0000\u00ff $(touch here) `id` *\n1 2\n');
      },
    ],
    [
      'directories instead of files',
      kept => {
        for (const name of [`${host}.state`, `${host}.ok`, `${host}.probe`, 'settings'])
          mkdirSync(join(kept, 'tumpline', name), { recursive: true });
      },
    ],
  ];
  thorough.each(spoiled)('%s: the compile is as ever', async (_, spoil) => {
    const shop = await newShop(host);
    spoil(shop.plain['DISTCC_DIR'] ?? '');
    good(shop);
    good(shop);
  });

  thorough('a full disk: the compile is as ever', async ({ skip }) => {
    const shop = await newShop(host);
    const kept = shop.plain['DISTCC_DIR'] ?? '';
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', kept]);
    if (mounted.status !== 0) {
      noteReduced('distcc: no full disk, mount is not allowed');
      return skip();
    }
    try {
      good(shop);
      spawnSync('sh', ['-c', 'cat /dev/zero >fill'], { cwd: kept, stdio: 'ignore' });
      for (let times = 0; times < 3; times += 1) good(shop);
    } finally {
      spawnSync('umount', ['-l', kept]);
    }
  });

  thorough('no home and no DISTCC_DIR', async () => {
    const shop = await newShop(host);
    for (const changes of [
      { DISTCC_DIR: '', HOME: '' },
      { DISTCC_DIR: '/dev/null/x', HOME: '/dev/null' },
    ])
      good(shop, changes);
  });

  thorough('a probe whose owner died is taken over, one that lives is not', async () => {
    const server = await newServer();
    const shop = await newShop(server.host);
    const memory = join(shop.plain['DISTCC_DIR'] ?? '', 'tumpline');
    mkdirSync(memory);
    const now = Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);
    const due = `1 ${now - 200} ${now - 100} 1 2 0 0 network\n`;
    writeFileSync(join(memory, `${server.host}.state`), due);
    writeFileSync(join(memory, `${server.host}.probe`), `${process.pid} ${now}\n`);
    good(shop);
    expect(results(shop)).toEqual(['away']);
    // 4194304 is above every PID
    writeFileSync(join(memory, `${server.host}.probe`), `4194305 ${now}\n`);
    good(shop);
    expect(results(shop)).toEqual(['away', 'remote']);
    expect(shop.state(`${server.host}.probe`)).toBe('');
  });

  thorough('two builds of 32 jobs at once share one state', async () => {
    const server = await newServer();
    const shop = await newShop(`${server.host}/8 --localslots=4`);
    const units = Array.from({ length: 64 }, (_, index) => `unit${index}.c`);
    shop.write(Object.fromEntries(units.map(name => [name, 'int unit(int x) { return x; }\n'])));
    const half = (from: number) => `ls unit*.c | awk 'NR % 2 == ${from}' | xargs -P32 -n1 gcc -c`;
    const builds = [0, 1].map(from => shop.runAside(['sh', '-c', half(from)]));
    await sleep(600);
    await server.kill();
    await server.start();
    for (const build of builds)
      expect(await build.end).toEqual({ status: 0, signal: null, stdout: '', stderr: '' });
    for (const unit of units) readFileSync(join(shop.directory, unit.replace(/c$/, 'o')));
    expect(shop.left()).toEqual([]);
    await untilRemote(shop, 10);
  });
});
