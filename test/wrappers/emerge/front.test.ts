/** What the front decides, and which emerge it finds, in every shell that may run it. */
import { chmodSync, copyFileSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, folder, frontTree, onPty, shells, writeProgram } from './front-kit.ts';

let tree: string;
let front: string;
/** An emerge that says that it was reached, and how. */
let real: string;
const said = '#!/bin/sh\nprintf "PLAIN %s:" "$0"; printf " <%s>" "$@"; echo\n';
const path = '/usr/bin:/bin';
const made: string[] = [];

function fresh(): string {
  const place = folder();
  made.push(place);
  return place;
}

beforeAll(() => {
  tree = frontTree('#!/bin/sh\nprintf LIVE; printf " <%s>" "$@"; echo\n');
  made.push(tree);
  front = join(tree, 'bin/emerge');
  real = writeProgram(join(fresh(), 'emerge'), said);
});
afterAll(() => {
  for (const place of made) rmSync(place, { recursive: true, force: true });
});

const good = { PATH: path, TERM: 'xterm', HOME: '/' };

interface Condition {
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly rows?: number;
  readonly columns?: number;
  /** What starts the front, as "$@". */
  readonly shell?: string;
  readonly args?: readonly string[];
  readonly live: boolean;
}

const conditions: Readonly<Record<string, Condition>> = {
  'a good terminal': { live: true },
  '18 rows': { rows: 18, live: true },
  '17 rows': { rows: 17, live: false },
  '50 columns': { columns: 50, live: true },
  '49 columns': { columns: 49, live: false },
  'a terminal of no size': { rows: 0, columns: 0, live: false },
  'TERM=dumb': { env: { TERM: 'dumb' }, live: false },
  'TERM=unknown': { env: { TERM: 'unknown' }, live: false },
  'TERM empty': { env: { TERM: '' }, live: false },
  'no TERM': { env: { TERM: undefined }, live: false },
  'in screen': { env: { STY: '123.pts-0.host', TERM: 'screen.xterm-256color' }, live: false },
  'in tmux': { env: { TMUX: '/tmp/tmux', TERM: 'screen-256color' }, live: true },
  'CI=1': { env: { CI: '1' }, live: false },
  'CI empty': { env: { CI: '' }, live: true },
  'inside a phase': { env: { EBUILD_PHASE: 'compile' }, live: false },
  'TUMPLINE=0': { env: { TUMPLINE: '0' }, live: false },
  'TUMPLINE=1': { env: { TUMPLINE: '1' }, live: true },
  'output in a pipe': { shell: '"$@" | cat', live: false },
  'errors in a pipe': { shell: '{ "$@" 2>&1 >&3 | cat; } 3>&1', live: false },
  'input from a file': { shell: '"$@" </dev/null', live: true },
  'input closed': { shell: '"$@" <&-', live: false },
  'in the background': { shell: 'set -m; "$@" & wait $!', live: false },
  'in the group of a shell': { shell: '"$@"; :', live: true },
  'without a controlling terminal': { shell: 'setsid -w "$@"', live: false },
  '--pretend': { args: ['--pretend', 'app-misc/foo'], live: false },
  '--resume': { args: ['--resume'], live: true },
  'no target': { args: ['-av'], live: false },
  'no argument': { args: [], live: false },
};

describe.each(shells)('run by %s', (_name, ...shell) => {
  test.each(Object.entries(conditions))('%s', async (_what, condition) => {
    const { env = {}, rows = 24, columns = 80, args = ['app-misc/foo'], live } = condition;
    const words = ['/usr/bin/env', ...shell, front, ...args];
    const argv = condition.shell ? ['/bin/sh', '-c', condition.shell, 'sh', ...words] : words;
    const all = { ...good, TUMPLINE_EMERGE: real, ...env };
    const wanted = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    const { output, code } = await onPty(argv, { env: wanted, rows, columns, timeout: 20 });
    expect(output).toMatch(live ? /^LIVE <\d+> / : /^PLAIN /);
    expect(output.trim().endsWith(`${args.map(word => ` <${word}>`).join('') || ' <>'}`)).toBe(true);
    expect(code).toBe(0);
  });

  test('words arrive as they were given', async () => {
    const args = ['a b', '', "'", '"', '\n', '*', '~', '$HOME', '`', '\\', '--', '-n', 'é', '-'];
    const { stdout } = await call(shell[0]!, [...shell.slice(1), front, ...args], {
      env: { ...good, TUMPLINE_EMERGE: real },
    });
    expect(stdout).toBe(
      Buffer.from(`PLAIN ${real}:${args.map(word => ` <${word}>`).join('')}\n`).toString('latin1'),
    );
  });
});

async function found(directories: string, options: { cwd?: string; front?: string; env?: object } = {}) {
  const { stdout, stderr, code } = await call(options.front ?? front, ['x'], {
    env: { ...good, PATH: directories, ...options.env },
    timeout: 10_000,
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  return /^PLAIN (.*): <x>\n$/.exec(stdout)?.[1] ?? { stdout, stderr, code };
}

describe('the real emerge', () => {
  test('is the next one in PATH', async () => {
    const [a, b] = [fresh(), fresh()];
    for (const place of [a, b]) writeProgram(join(place, 'emerge'), said);
    expect(await found(`${tree}/bin:${a}:${b}:${path}`)).toBe(join(a, 'emerge'));
    expect(await found(`${a}:${tree}/bin:${b}:${path}`)).toBe(join(b, 'emerge'));
    expect(await found(`${path}:${a}:${tree}/bin`)).toBe(join(a, 'emerge'));
    expect(await found(`${path}:${a}`)).toBe(join(a, 'emerge'));
  });

  test('what no emerge can be is passed over', async () => {
    const [directory, script, dead, good2] = [fresh(), fresh(), fresh(), fresh()];
    mkdirSync(join(directory, 'emerge'));
    writeFileSync(join(script, 'emerge'), said);
    symlinkSync('/nowhere', join(dead, 'emerge'));
    writeProgram(join(good2, 'emerge'), said);
    expect(await found(`${tree}/bin:${directory}:${script}:${dead}:/nowhere:${good2}`)).toBe(
      join(good2, 'emerge'),
    );
  });

  test('empty and relative elements', async () => {
    const place = fresh();
    writeProgram(join(place, 'emerge'), said);
    writeProgram(join(place, 'sub/emerge'), said);
    expect(await found(`${tree}/bin::/usr/bin`, { cwd: place })).toBe('./emerge');
    expect(await found(`:${tree}/bin`, { cwd: place })).toBe('./emerge');
    expect(await found(`${tree}/bin:`, { cwd: place })).toBe('./emerge');
    expect(await found(`${tree}/bin:sub:${path}`, { cwd: place })).toBe('sub/emerge');
    expect(await found(`${tree}/bin:a*:[z]:${path}:sub`, { cwd: place })).toBe('sub/emerge');
  });

  test('other copies of the front, and links to it under any name, make no circle', async () => {
    const [copy, link, end] = [fresh(), fresh(), fresh()];
    copyFileSync(front, join(copy, 'emerge'));
    chmodSync(join(copy, 'emerge'), 0o755);
    symlinkSync(front, join(link, 'emerge'));
    symlinkSync(front, join(link, 'em'));
    writeProgram(join(end, 'emerge'), said);
    const wanted = join(end, 'emerge');
    expect(await found(`${copy}:${link}:${tree}/bin:${end}`)).toBe(wanted);
    expect(await found(`${tree}/bin:${copy}:${end}:${link}`, { front: join(copy, 'emerge') })).toBe(wanted);
    expect(await found(`${link}:${end}`, { front: join(link, 'em') })).toBe(wanted);
    expect(await found(`${end}`, { env: { TUMPLINE_EMERGE: join(copy, 'emerge') } })).toBe(wanted);
    const { code, stderr } = (await found(`${copy}:${link}:${tree}/bin`)) as { code: number; stderr: string };
    expect(code).toBe(1);
    expect(stderr).toMatch(/^tumpline: emerge: no real emerge in PATH\ntry: .*\n$/);
  });

  test("somebody's own wrapper that calls the front makes no circle", async () => {
    const [own, end] = [fresh(), fresh()];
    writeProgram(join(own, 'emerge'), `#!/bin/sh\nexec ${front} "$@"\n`);
    writeProgram(join(end, 'emerge'), `#!/usr/bin/env -S sh -e\n${said}`);
    const wrapper = { front: join(own, 'emerge') };
    expect(await found(`${own}:${tree}/bin:${end}:${path}`, wrapper)).toBe(join(end, 'emerge'));
    copyFileSync('/bin/echo', join(end, 'emerge'));
    for (const directories of [`${own}:${end}:${path}`, `${end}:${own}:${path}`])
      expect(await found(directories, wrapper)).toMatchObject({ stdout: 'x\n', code: 0 });
  });

  test('a program that may only be run, not read', async () => {
    const [copy, place] = [fresh(), fresh()];
    copyFileSync(front, join(copy, 'emerge'));
    chmodSync(join(copy, 'emerge'), 0o755);
    copyFileSync('/bin/echo', join(place, 'emerge'));
    chmodSync(join(place, 'emerge'), 0o111);
    expect(await found(`${tree}/bin:${copy}:${place}:${path}`)).toMatchObject({ stdout: 'x\n', stderr: '' });
  });

  test('TUMPLINE_EMERGE that is no program is refused', async () => {
    for (const wrong of ['/nowhere/emerge', '/', '/etc/passwd', 'no-such-program']) {
      const outcome = await found(path, { env: { TUMPLINE_EMERGE: wrong } });
      expect(outcome).toEqual({
        stdout: '',
        stderr: `tumpline: emerge: TUMPLINE_EMERGE=${wrong} is no program\ntry: unset TUMPLINE_EMERGE\n`,
        code: 1,
      });
    }
  });

  test('no PATH at all, and a path with an equals sign', async () => {
    const place = join(fresh(), 'a=b');
    writeProgram(join(place, 'emerge'), said);
    expect(await found(`${tree}/bin:${place}`, { env: { PWD: '/nonsense' } })).toBe(join(place, 'emerge'));
    const { code } = (await found(path, { env: { PATH: undefined } })) as { code: number };
    expect(code).toBe(1);
  });
});

test('a call that does not concern us starts nothing but emerge', async () => {
  const seen = await call('strace', ['-V'], { env: process.env }).catch(() => undefined);
  const echo = join(fresh(), 'emerge');
  copyFileSync('/bin/true', echo);
  // by bash's own account where there is no strace
  const words = seen?.code === 0 ? ['strace', '-f', '-e', 'trace=process', front] : ['bash', '-px', front];
  const { stderr } = await call(words[0]!, [...words.slice(1), '-p', 'app-misc/foo'], {
    env: { ...good, PATH: `${process.env['PATH']}`, TUMPLINE_EMERGE: echo, SHLVL: '1', PWD: '/', _: 'x' },
    cwd: '/',
  });
  if (seen?.code === 0) {
    expect(stderr).not.toMatch(/\b(clone3?|v?fork)\(/);
    expect(stderr.match(/\bexecve\(/g)).toHaveLength(2);
  } else expect(stderr).not.toMatch(/^\+\+/m);
});
