/** What the guard remembers may be spoilt, full or shared: a compile is as ever. */
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect } from 'vitest';
import { noteReduced } from '../../kit/environment.ts';
import { good, newServer, newShop, results, thorough, untilRemote } from './fault-kit.ts';

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

  thorough('another user may not write there', async ({ skip }) => {
    if (process.getuid?.() !== 0) {
      noteReduced('distcc: no second user, since we are not root');
      return skip();
    }
    const server = await newServer();
    const shop = await newShop(server.host);
    server.behave('reject');
    good(shop);
    const before = [shop.journal().length, shop.state(`${server.host}.state`)];
    chmodSync(join(shop.directory, '..'), 0o755);
    for (const path of [shop.directory, join(shop.directory, '../tmp')]) chmodSync(path, 0o777);
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];
    const made = shop.run([...nobody, 'gcc', '-c', 'good.c', '-o', 'other.o']);
    expect([made.status, made.stdout, made.stderr]).toEqual([0, '', '']);
    expect(statSync(join(shop.directory, 'other.o')).uid).toBe(65534);
    expect([shop.journal().length, shop.state(`${server.host}.state`)]).toEqual(before);
    expect(shop.left()).toEqual([]);
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
