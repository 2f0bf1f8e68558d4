/** Whatever a server answers: status, object and words are those of the plain compiler, and a server is judged by its record. */
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { noteReduced } from '../../kit/environment.ts';
import { good, newServer, newShop, results, thorough, untilRemote } from './fault-kit.ts';

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

  thorough('its disk is full: tried here', async ({ skip }) => {
    const server = await newServer();
    const shop = await newShop(server.host);
    const mounted = spawnSync('mount', [
      '-t',
      'tmpfs',
      '-o',
      'size=64k,mode=1777',
      'tmpfs',
      server.temporary,
    ]);
    if (mounted.status !== 0) {
      noteReduced('distcc: no full disk, mount is not allowed');
      return skip();
    }
    try {
      spawnSync('sh', ['-c', 'cat /dev/zero >fill'], { cwd: server.temporary, stdio: 'ignore' });
      for (let times = 0; times < 4; times += 1) good(shop);
      expect(results(shop)).not.toContain('remote');
      expect(results(shop)).toContain('away');
    } finally {
      spawnSync('umount', ['-l', server.temporary]);
    }
  });

  thorough('each third answer is wrong: the objects are those of the plain compiler', async () => {
    const server = await newServer();
    const shop = await newShop(`${server.host}/4`);
    const units = Array.from({ length: 40 }, (_, index) => `unit${index}`);
    shop.write(
      Object.fromEntries(
        units.map((name, at) => [`${name}.c`, `int ${name}(int x) { return x * ${at}; }\n`]),
      ),
    );
    const all = (environment: Record<string, string>) => {
      const made = shop.run(['xargs', '-P4', '-I@', 'gcc', '-c', '@.c'], environment, units.join('\n'));
      expect([made.status, made.stderr]).toEqual([0, '']);
      return units.map(name => readFileSync(join(shop.directory, `${name}.o`)).toString('base64'));
    };
    const plain = all(shop.plain);
    for (const name of units) rmSync(join(shop.directory, `${name}.o`));
    server.behave('every 3');
    expect(all({})).toEqual(plain);
    expect(results(shop)).toContain('difference');
    expect(results(shop)).toContain('remote');
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
