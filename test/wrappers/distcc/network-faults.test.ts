/** Whatever happens to the network: status, object and words are those of the plain compiler, and nothing is left behind. */
import { spawn } from 'node:child_process';
import { createServer, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { freePort, hasDistcc } from '../../kit/distccd.ts';
import { good, newServer, newShop, results, thorough, untilRemote } from './fault-kit.ts';

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
    expect(results(shop)[0]).toBe('network');
    expect(results(shop).filter(result => result !== 'network')).toEqual(['remote', 'remote', 'remote']);
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

  thorough('packets are dropped: given up once, by distcc after four seconds', async () => {
    // connections beyond the backlog of one that never accepts
    const script = `import socket, sys, time
s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(0); port = s.getsockname()[1]
held = [socket.socket() for _ in range(3)]
for one in held: one.setblocking(False); one.connect_ex(('127.0.0.1', port))
time.sleep(0.2); print(port, flush=True); time.sleep(60)`;
    const full = spawn('python3', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
    try {
      const port = await new Promise<string>(done => {
        full.stdout.on('data', (data: Buffer) => done(data.toString().trim()));
      });
      const shop = await newShop(`127.0.0.1:${port}`);
      expect(good(shop)).toBeGreaterThan(2);
      expect(good(shop)).toBeLessThan(1.5);
      expect(results(shop)).toEqual(['network', 'away']);
    } finally {
      full.kill('SIGKILL');
    }
  });

  thorough('a host that came back is seen even if all that it gets must fail', async () => {
    const server = await newServer();
    const shop = await newShop(server.host);
    await server.kill();
    good(shop);
    good(shop);
    expect(results(shop).at(-1)).toBe('away');
    await server.start();
    const bad = ['gcc', '-c', 'bad.c'];
    for (let times = 0; times < 100 && results(shop).at(-1) !== 'same'; times += 1) {
      shop.run(bad);
      await sleep(50);
    }
    good(shop);
    expect(results(shop).slice(-2)).toEqual(['same', 'remote']);
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
