/** What a guarded compile starts, how it ends by a signal, and where in a chain of compilers it may stand. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type Distccd, hasDistcc, startDistccd } from '../../kit/distccd.ts';
import { noteReduced, quick } from '../../kit/environment.ts';
import { makeWorkshop, type Workshop } from './workshop.ts';

const thorough = test.skipIf(quick || !hasDistcc());

let server: Distccd;
let shop: Workshop;
beforeAll(async () => {
  if (!hasDistcc()) return;
  server = await startDistccd();
  shop = await makeWorkshop(`${server.host}/8`);
  shop.write({ 'good.c': 'int good(int x) { return x + 1; }\n', 'bad.c': 'int bad( {\n' });
});
afterEach(() => {
  server?.behave('ok');
});
afterAll(async () => {
  await server?.remove();
  shop?.remove();
});

function last(): string | undefined {
  return shop.journal().at(-1)?.result;
}

describe('processes', () => {
  /** programs that were started, and how many processes were made */
  function counted(command: readonly string[], environment: Record<string, string>) {
    const log = join(shop.directory, 'trace');
    const traced = ['strace', '-ff', '-o', log, '-e', 'trace=execve,clone,clone3,fork,vfork', ...command];
    expect(shop.run(traced, environment).status).toBe(0);
    // a file for each process, so that no line is cut by another's
    const files = readdirSync(shop.directory).filter(name => name.startsWith('trace.'));
    const lines = files.flatMap(name => readFileSync(join(shop.directory, name), 'utf8').split('\n'));
    for (const name of files) rmSync(join(shop.directory, name));
    const programs = lines.flatMap(line => /execve\("([^"]*)".*\) = 0$/.exec(line)?.[1] ?? []);
    const made = lines.filter(line => /\b(clone3?|v?fork)\(/.test(line)).length;
    return { programs, made };
  }

  test.skipIf(!hasDistcc())('one more than with stock distcc, and neither Node nor bash', ({ skip }) => {
    if (spawnSync('strace', ['true']).status !== 0) {
      noteReduced('distcc: processes are not counted, strace does not run');
      return skip();
    }
    const compile = ['gcc', '-c', 'good.c', '-o', 'good.o'];
    counted(compile, {}); // makes the directory of the state
    const stock = counted(['distcc', ...compile], shop.plain);
    const guarded = counted(compile, {});
    expect(last()).toBe('remote');
    expect(guarded.made).toBe(stock.made + 1);
    const masked = join(shop.masquerade, 'gcc');
    expect(guarded.programs.filter(program => program !== masked).sort()).toEqual(stock.programs.sort());
  });

  thorough('a check program is the compiler and nothing else', () => {
    for (const path of [
      'conftest.c',
      'CMakeFiles/CMakeScratch/TryCompile-x/src.c',
      'CMakeFiles/3.31/CompilerIdC/CMakeCCompilerId.c',
      'meson-private/tmpx/testfile.c',
      '.conf_check_x/test.c',
    ]) {
      mkdirSync(join(shop.directory, path, '..'), { recursive: true });
      shop.write({ [path]: 'int check;\n' });
      const [lines, before] = [shop.journal().length, server.compiled()];
      expect(shop.run(['gcc', '-c', path, '-o', 'check.o']).status).toBe(0);
      expect([shop.journal().length, server.compiled()]).toEqual([lines, before]);
    }
  });

  thorough('unless the settings say that it may leave', () => {
    const settings = join(shop.plain['DISTCC_DIR'] ?? '', 'tumpline/settings');
    shop.run(['gcc', '-c', 'good.c']);
    writeFileSync(settings, 'checks no\n');
    mkdirSync(join(shop.directory, 'meson-private'), { recursive: true });
    shop.write({ 'meson-private/check.c': 'int check;\n', 'conftest.c': 'int check;\n' });
    const before = server.compiled();
    for (const path of ['meson-private/check.c', 'conftest.c'])
      expect(shop.run(['gcc', '-c', path, '-o', 'check.o']).status).toBe(0);
    rmSync(settings);
    expect(server.compiled()).toBe(before + 1);
  });

  thorough('waf and CMake are known by the directory too', () => {
    for (const directory of ['.conf_check_y/build', 'CMakeFiles/CMakeScratch/TryCompile-y']) {
      const path = join(shop.directory, directory);
      mkdirSync(path, { recursive: true });
      const before = server.compiled();
      const { status } = spawnSync('gcc', ['-c', join(shop.directory, 'good.c')], {
        cwd: path,
        env: shop.environment,
      });
      expect([status, server.compiled()]).toEqual([0, before]);
      expect(existsSync(join(path, 'good.o'))).toBe(true);
    }
  });
});

describe('signals', () => {
  /** distcc's processes that work in the workshop */
  function working(): string {
    return spawnSync('sh', ['-c', 'for f in /proc/[0-9]*; do [ "$f/cwd" -ef . ] && cat "$f/comm"; done'], {
      cwd: shop.directory,
      encoding: 'utf8',
    }).stdout.replace(/^sh$/gm, '');
  }

  async function endedBy(signal: NodeJS.Signals, isForAll: boolean, shell: readonly string[]): Promise<void> {
    server.behave('slow 5');
    const before = server.compiled();
    const compiler = shell.length === 0 ? ['gcc'] : [...shell, join(shop.masquerade, 'guard.sh'), 'gcc'];
    const job = shop.runAside([...compiler, '-c', 'good.c', '-o', 'never.o']);
    while (server.compiled() === before) await sleep(20);
    const sent = Date.now();
    process.kill(isForAll ? -job.pid : job.pid, signal);
    const end = await job.end;
    expect([end.signal, end.stdout, end.stderr]).toEqual([signal, '', '']);
    expect(Date.now() - sent).toBeLessThan(1500);
    expect(working().trim()).toBe('');
    expect(existsSync(join(shop.directory, 'never.o'))).toBe(false);
    expect(shop.left()).toEqual([]);
  }

  thorough.each<[NodeJS.Signals, boolean]>([
    ['SIGTERM', false],
    ['SIGINT', false],
    ['SIGHUP', false],
    ['SIGINT', true],
  ])('%s, to the whole group: %s', (signal, isForAll) => endedBy(signal, isForAll, []));

  // the sh of Gentoo is bash
  thorough.each([['bash', '--posix'], ['bash'], ['busybox', 'sh']])('where sh is %s', async (...shell) => {
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) await endedBy(signal, false, shell);
  });
});

thorough('distcc ended by somebody ends the compile, and no server is to blame', async () => {
  server.behave('slow 5');
  const [before, lines] = [server.compiled(), shop.journal().length];
  const job = shop.runAside(['gcc', '-c', 'good.c', '-o', 'never.o']);
  while (server.compiled() === before) await sleep(20);
  const children = readFileSync(`/proc/${job.pid}/task/${job.pid}/children`, 'utf8').trim().split(' ');
  expect(children).toHaveLength(1);
  process.kill(Number(children[0]), 'SIGKILL');
  expect(await job.end).toMatchObject({ status: 137, stdout: '', stderr: '' });
  expect(shop.journal().length).toBe(lines);
});

describe('its place', () => {
  function remote(command: readonly string[], environment: Record<string, string> = {}): void {
    const [lines, before] = [shop.journal().length, server.compiled()];
    const { status, stderr } = shop.run(command, environment);
    expect([status, stderr]).toEqual([0, '']);
    expect([shop.journal().length, server.compiled()]).toEqual([lines + 1, before + 1]);
    expect(last()).toBe('remote');
  }

  thorough('as a prefix', () => {
    remote([join(shop.masquerade, '../../../bin/tumpline-distcc'), 'gcc', '-c', 'good.c']);
    remote([join(shop.masquerade, '../../../bin/tumpline-distcc'), 'gcc', '-c', 'good.c'], shop.plain);
    const missing = shop.run([join(shop.masquerade, '../../../bin/tumpline-distcc')]);
    expect(missing.status).toBe(2);
  });

  thorough('behind a link from elsewhere, and with that before and after itself in PATH', () => {
    const elsewhere = join(shop.directory, 'elsewhere');
    mkdirSync(elsewhere);
    symlinkSync(join(shop.masquerade, 'gcc'), join(elsewhere, 'gcc'));
    const path = shop.plain['PATH'];
    remote(['gcc', '-c', 'good.c'], { PATH: `${elsewhere}:${path}` });
    remote(['gcc', '-c', 'good.c'], { PATH: `${elsewhere}:${shop.masquerade}:${path}` });
    remote([join(elsewhere, 'gcc'), '-c', 'good.c'], shop.plain);
  });

  thorough('in shells other than sh', () => {
    for (const shell of [['dash'], ['bash'], ['bash', '--posix'], ['busybox', 'sh']]) {
      remote([...shell, join(shop.masquerade, 'guard.sh'), 'gcc', '-c', 'good.c']);
      const [bad, plain] = [{}, shop.plain].map(environment =>
        shop.run(
          [
            ...(environment === shop.plain ? [] : [...shell, join(shop.masquerade, 'guard.sh')]),
            'gcc',
            '-c',
            'bad.c',
          ],
          environment,
        ),
      );
      expect([bad?.status, bad?.stderr]).toEqual([plain?.status, plain?.stderr]);
      expect(last()).toBe('same');
    }
  });

  thorough('behind ccache, by PATH and as CCACHE_PREFIX', () => {
    const links = join(shop.directory, 'ccache-links');
    mkdirSync(links);
    const ccache = spawnSync('sh', ['-c', 'command -v ccache'], { encoding: 'utf8' }).stdout.trim();
    expect(ccache).not.toBe('');
    symlinkSync(ccache, join(links, 'gcc'));
    const cache = { CCACHE_DIR: join(shop.directory, 'ccache') };
    const path = shop.plain['PATH'];
    const first = { ...cache, PATH: `${links}:${shop.masquerade}:${path}` };
    remote(['gcc', '-c', 'good.c'], first);
    const [before, lines] = [server.compiled(), shop.journal().length];
    expect(shop.run(['gcc', '-c', 'good.c'], first).status).toBe(0);
    expect([server.compiled(), shop.journal().length]).toEqual([before, lines]);
    const prefix = { ...cache, CCACHE_PREFIX: join(shop.masquerade, '../../../bin/tumpline-distcc') };
    // ccache names the compiler by its path, so it is not the one that counts there
    expect(shop.run(['ccache', 'gcc', '-O2', '-c', 'good.c'], { ...prefix, PATH: `${path}` }).status).toBe(0);
    expect([shop.journal().length, last()]).toEqual([lines + 1, 'remote']);
  });

  thorough("with distcc's own masquerade behind it, and from within distcc", () => {
    const stock = join(shop.directory, 'stock-links');
    mkdirSync(stock);
    symlinkSync(
      spawnSync('sh', ['-c', 'command -v distcc'], { encoding: 'utf8' }).stdout.trim(),
      join(stock, 'gcc'),
    );
    const path = `${shop.masquerade}:${stock}:${shop.plain['PATH']}`;
    remote(['gcc', '-c', 'good.c'], { PATH: path });
    const bad = shop.run(['gcc', '-c', 'bad.c'], { PATH: path });
    expect([bad.status, bad.stderr]).toEqual([1, shop.run(['gcc', '-c', 'bad.c'], shop.plain).stderr]);
    const before = server.compiled();
    expect(shop.run(['gcc', '-c', 'good.c'], { _DISTCC_SAFEGUARD: '1' }).status).toBe(0);
    expect(server.compiled()).toBe(before);
  });

  thorough('switched off it is distcc', () => {
    const [lines, before] = [shop.journal().length, server.compiled()];
    expect(shop.run(['gcc', '-c', 'good.c'], { DISTCC_GUARD: '0' }).status).toBe(0);
    expect([shop.journal().length, server.compiled()]).toEqual([lines, before + 1]);
  });

  thorough('with hosts from the file, its comments and a localhost in it', () => {
    const hosts = join(shop.plain['DISTCC_DIR'] ?? '', 'hosts');
    shop.write({ 'good.c': 'int good(int x) { return x + 2; }\n' });
    const { DISTCC_HOSTS: list, ...others } = shop.environment;
    spawnSync('sh', [
      '-c',
      `printf '# %s\\n%s # %s\\nlocalhost/1\\n' not.here "$1" no >"$2"`,
      'sh',
      list ?? '',
      hosts,
    ]);
    const before = server.compiled();
    const made = spawnSync('gcc', ['-c', 'good.c'], { cwd: shop.directory, env: others, encoding: 'utf8' });
    expect([made.status, made.stderr, server.compiled()]).toEqual([0, '', before + 1]);
    expect(last()).toBe('remote');
  });
});
