/** What a process is given besides its arguments reaches emerge untouched, shown live or not. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { call, folder, onPty, writeProgram } from './front-kit.ts';
import { wrapperTree } from './terminal/stage.ts';

let tree: string;
let front: string;
let place: string;
/** In emerge's place: prints the files that it is given, beginning with itself. */
let reader: string;
/** In emerge's place: lists what it is given. */
let lister: string;
beforeAll(async () => {
  tree = await wrapperTree();
  front = join(tree, 'bin/emerge');
  place = folder();
  reader = writeProgram(join(place, 'reader/emerge'), '#!/bin/cat\n');
  lister = writeProgram(join(place, 'lister/emerge'), '#!/bin/ls -ld\n');
});
afterAll(() => {
  for (const path of [tree, place]) rmSync(path, { recursive: true, force: true });
});

type Environment = Readonly<Record<string, string | undefined>>;
const usual: Environment = {
  PATH: '/usr/bin:/bin',
  TERM: 'xterm',
  HOME: '/root',
  SHLVL: '1',
  PWD: '/',
  _: '/usr/bin/emerge',
};

/** What the emerge in `file` says on a terminal (where the front shows it live) or in a pipe. */
async function says(
  live: boolean,
  program: string,
  file: string,
  args: readonly string[],
  env: Environment,
  shell?: string,
): Promise<string> {
  const known = Object.entries({ ...env, TUMPLINE_EMERGE: file }).filter(([, value]) => value !== undefined);
  const environment = Object.fromEntries(known);
  const words = ['/usr/bin/env', '-u', 'NOTHING', program, ...args];
  if (!live)
    return (
      await call(words[0]!, words.slice(1), { env: environment, cwd: '/', ...(shell ? { shell } : {}) })
    ).stdout;
  const argv = shell ? ['/bin/sh', '-c', shell, 'sh', ...words] : words;
  const { output, late } = await onPty(argv, { env: environment, cwd: '/', timeout: 30 });
  expect(late).toBe(false);
  return output.replaceAll('\r\n', '\n').replaceAll('\x1b[?25h', '');
}

const variables: Readonly<Record<string, Environment>> = {
  'of a shell': usual,
  'of cron': { PATH: '/usr/bin:/bin', TERM: 'xterm', HOME: '/root', LOGNAME: 'root', SHELL: '/bin/sh' },
  'without PWD': { ...usual, PWD: undefined },
  'without SHLVL and _': { ...usual, SHLVL: undefined, _: undefined },
  'with odd values of those': { ...usual, PWD: '/nonsense', SHLVL: '07', OLDPWD: '/nowhere', _: '' },
  'with what bash sets': {
    ...usual,
    ...{
      PS1: 'a b',
      PS2: '',
      PS4: '+x ',
      IFS: 'x',
      OPTIND: '4',
      OPTERR: '0',
      UID: '7',
      EUID: '8',
      PPID: '9',
    },
    ...{
      SHELLOPTS: 'foo',
      BASHOPTS: 'bar',
      BASH: 'zz',
      BASH_VERSION: 'q',
      BASH_ENV: '/nowhere',
      ENV: '/nowhere',
    },
    ...{
      RANDOM: '5',
      SRANDOM: '5',
      SECONDS: '3',
      EPOCHSECONDS: '4',
      LINENO: '7',
      FUNCNAME: 'x',
      HISTCMD: '4',
    },
    ...{
      GROUPS: '1',
      DIRSTACK: 'a',
      PIPESTATUS: '1',
      BASHPID: '2',
      COMP_WORDBREAKS: 's',
      HOSTNAME: '',
      MACHTYPE: 'k',
    },
    ...{
      BASH_ARGV0: 'e',
      BASH_COMPAT: '43',
      BASH_XTRACEFD: '2',
      GLOBIGNORE: '*',
      CDPATH: '/',
      TMOUT: '1',
      FIGNORE: 'x',
    },
    ...{
      POSIXLY_CORRECT: '1',
      LC_COLLATE: 'xx',
      LANG: 'zz',
      CHILD_MAX: '3',
      EXECIGNORE: '*',
      OSTYPE: 'x',
      HOSTTYPE: '',
    },
  },
  'with a size of the screen': { ...usual, LINES: '5', COLUMNS: '7' },
  'with functions and odd names': {
    ...usual,
    'BASH_FUNC_which%%': '() {  echo which\n}',
    'BASH_FUNC_x%%': '() { (alias; declare -f) | cat\n}',
    'a.b': 'c',
    'x y': 'z',
    é: 'ö',
    '9': 'nine',
    EMPTY: '',
    MULTI: 'a\n\nb\n',
    QUOTES: '\'"`$x\\',
  },
  'with names that the front uses itself': {
    ...usual,
    ...{
      tumpline_emerge: 'a',
      tumpline_word: 'b',
      tumpline_live: 'c',
      tumpline_name: 'd',
      tumpline_entry: 'e',
    },
    ...{
      child: '1',
      count: '2',
      self: '3',
      lib: '4',
      status: '5',
      signal: '6',
      default: '7',
      emerge: '8',
      guard: '9',
    },
    ...{ interrupted: 'yes', early: 'a', late: 'b', ends: 'c', key: 'd', value: 'e', now: 'f', emerged: 'g' },
  },
};

describe.each([
  ['in a pipe', false],
  ['on a terminal', true],
] as const)('%s', (_where, live) => {
  test.each(Object.entries(variables))('the environment %s', async (_what, env) => {
    const ours = { TUMPLINE_DEBUG: '/dev/null', TUMPLINE_SETS: 'warn', TUMPLINE_LATER: '1', TUMPLINE: '1' };
    const args = ['/proc/self/environ'];
    const plain = await says(live, reader, reader, args, env);
    const wrapped = await says(live, front, reader, args, { ...env, ...ours });
    const parts = (text: string) =>
      text
        .replace('#!/bin/cat\n', '')
        .split('\0')
        .filter(part => !part.startsWith('TUMPLINE_EMERGE='));
    expect(parts(wrapped).sort()).toEqual(parts(plain).sort());
    expect(parts(plain).length).toBeGreaterThan(
      Object.values(env).filter(value => value !== undefined).length,
    );
  });

  const states = {
    'as it comes': 'exec "$@"',
    umask: 'umask 027; exec "$@"',
    limits: 'ulimit -n 123; ulimit -c 0; ulimit -t 1000; exec "$@"',
    niceness: 'exec nice -n 7 "$@"',
    'for the OOM killer': 'echo 321 >/proc/self/oom_score_adj; exec "$@"',
    'signals ignored': 'trap \'\' INT QUIT HUP USR1 PIPE TSTP; exec "$@"',
    'some signals ignored': 'trap \'\' QUIT TERM; exec "$@"',
    'INT ignored': 'trap \'\' INT; exec "$@"',
    'CHLD ignored': 'trap \'\' CHLD; exec "$@"',
    'signals blocked': 'exec env --block-signal=USR2,WINCH "$@"',
    'a shell above': '"$@"; :',
  };
  test.each(Object.entries(states))('the state of the process: %s', async (_what, shell) => {
    const args = ['/proc/self/status', '/proc/self/limits', '/proc/self/oom_score_adj', '/proc/self/cmdline'];
    const kept =
      /^(Umask|Uid|Gid|Groups|Sig(Blk|Ign|Cgt)|ShdPnd|Cap\w+|NoNewPrivs|Seccomp|Cpus_allowed|Max |\d+$|\/bin\/cat)/;
    const lines = (text: string) => text.split('\n').filter(line => kept.test(line));
    const plain = lines(await says(live, reader, reader, args, usual, shell));
    expect(lines(await says(live, front, reader, args, usual, shell))).toEqual(plain);
    expect(plain.length).toBeGreaterThan(25);
  });

  test('niceness, group, session and terminal', async () => {
    const stat = (text: string) => {
      const [, state] = /^\d+ \(emerge\) (.*)$/m.exec(text) ?? [];
      const field = state!.split(' ').map(Number);
      const [group, session, terminal, foreground] = field.slice(2, 6);
      return {
        inFront: group === foreground,
        led: session !== group,
        terminal: terminal === 0,
        nice: field[16],
      };
    };
    for (const shell of ['exec "$@"', 'exec nice -n 3 "$@"']) {
      const plain = stat(await says(live, reader, reader, ['/proc/self/stat'], usual, shell));
      expect(stat(await says(live, front, reader, ['/proc/self/stat'], usual, shell))).toEqual(plain);
    }
  });

  const descriptors = {
    'as they come': 'exec "$@"',
    'more of them': 'exec "$@" 3</dev/null 4>/dev/null 5<&0 9>/dev/null',
    'input from a file': 'exec "$@" </dev/zero',
    ...(live ? {} : { 'errors closed': 'exec "$@" 2>&-', 'input closed': 'exec "$@" <&-' }),
  };
  test.each(Object.entries(descriptors))('open files: %s', async (_what, shell) => {
    const args = Array.from({ length: 256 }, (_, index) => `/proc/self/fd/${index}`);
    const open = (text: string) =>
      text
        .split('\n')
        .flatMap(line => /\/proc\/self\/(fd\/\d+ -> .*)/.exec(line)?.[1] ?? [])
        .map(line => line.replace(/(pts\/|pipe:\[|socket:\[)\d+/, '$1'));
    const plain = open(await says(live, lister, lister, args, usual, shell));
    expect(open(await says(live, front, lister, args, usual, shell))).toEqual(plain);
    expect(plain.length).toBeGreaterThan(0);
  });
});
