/** The shim of ebuild: before the real ebuild, and beside nothing but a program that tells what it was given. */
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Desk, makeDesk } from '../commands/kit.ts';
import { emerge, python, quick } from '../kit/environment.ts';

let desk: Desk;
let shim: string;
let link: string;
beforeAll(async () => {
  desk = await makeDesk({ observability: false, ebuilds: { 'app-t/a-1': {} } });
  shim = join(desk.tree, 'libexec/tumpline/ebuild');
  link = join(desk.root.directory, 'usr/local/bin/ebuild');
});
const scratch = mkdtempSync(join(tmpdir(), 'tumpline-ebuild-'));
afterAll(() => {
  desk.root.remove();
  rmSync(scratch, { recursive: true, force: true });
});

function call(program: string, args: readonly string[], env: Record<string, string>, cwd = scratch) {
  return spawnSync(program, args, {
    env,
    cwd,
    encoding: 'utf8',
    timeout: 60_000,
    input: 'in',
    maxBuffer: 16 << 20,
  });
}

/** A directory with these programs in it, each of which tells its arguments and environment. */
function teller(...names: string[]): string {
  const directory = mkdtempSync(join(scratch, 'bin-'));
  const script = [
    `#!${python} -I`,
    'import json, os, sys',
    'env = open("/proc/self/environ", "rb").read().split(b"\\0")[:-1]',
    'print(json.dumps([sys.argv, [e.decode("latin-1") for e in env], sys.stdin.read()]))',
    'sys.exit(7)',
  ];
  for (const name of names) {
    writeFileSync(join(directory, name), `${script.join('\n')}\n`);
    chmodSync(join(directory, name), 0o755);
  }
  return directory;
}

describe('a set', () => {
  test.each([[['@s', 'merge']], [['--force', '@s', 'merge']], [['@s']]])('%j: a sentence, status 1', args => {
    expect(call(shim, args, { PATH: '/nowhere' })).toMatchObject({
      status: 1,
      stdout: '',
      stderr:
        'tumpline: ebuild: @s is a package set, and ebuild works on a single .ebuild file\ntry: emerge @s\n',
    });
  });

  test('whose name could do something to a terminal is not shown', () => {
    expect(call(shim, ['@\u001b[2J'], { PATH: '/nowhere' }).stderr).toMatch(
      /^tumpline: ebuild: @SET is a package set/,
    );
  });
});

describe('everything else', () => {
  test.each([['bash'], ['dash']])('%s: arguments, environment, input and status arrive untouched', shell => {
    const bin = teller('emerge', 'ebuild');
    const environment = {
      A: 'x\ny',
      EMPTY: '',
      'BASH_FUNC_f%%': '() { echo hello\n}',
      SHLVL: '5',
      OLDPWD: '/nowhere',
      PWD: '/elsewhere',
      _: 'old',
      TUMPLINE: '0',
      USE: '-* ssl',
      PATH: `${bin}:${process.env['PATH']}`,
    };
    const program = shell === 'bash' ? shim : shell;
    const args = ['@x.ebuild', 'a b', '', '*', '-x', "it's"];
    const { stdout, stderr, status } = call(program, shell === 'bash' ? args : [shim, ...args], environment);
    expect(stderr).toBe('');
    const [argv, env, input] = JSON.parse(stdout) as [string[], string[], string];
    expect(argv).toEqual([join(bin, 'ebuild'), ...args]);
    if (shell === 'bash')
      expect(env.sort()).toEqual(
        Object.entries(environment)
          .map(([k, v]) => `${k}=${v}`)
          .sort(),
      );
    expect([input, status]).toEqual(['in', 7]);
  });

  test('a missing variable stays missing', () => {
    const bin = teller('emerge', 'ebuild');
    const [, env] = JSON.parse(call(shim, [], { PATH: bin }).stdout) as [string[], string[]];
    expect(env).toEqual([`PATH=${bin}`]);
  });

  test('ebuild is the one beside the real emerge, and never the shim or a copy of it', () => {
    const only = teller('ebuild');
    const both = teller('emerge', 'ebuild');
    const [ours, copied] = [mkdtempSync(join(scratch, 'ours-')), mkdtempSync(join(scratch, 'copy-'))];
    symlinkSync(shim, join(ours, 'ebuild'));
    symlinkSync(join(desk.tree, 'bin/emerge'), join(ours, 'emerge'));
    copyFileSync(shim, join(copied, 'ebuild'));
    const usual = process.env['PATH'];
    const asked = (path: string, extra = {}) =>
      (
        JSON.parse(
          call(join(ours, 'ebuild'), [], { PATH: `${path}:${usual}`, ...extra }).stdout,
        ) as string[][]
      )[0]?.[0];
    expect(asked(`${ours}:${copied}:${only}:${both}`)).toBe(join(both, 'ebuild'));
    expect(asked(`${ours}:${only}`, { TUMPLINE_EMERGE: join(both, 'emerge') })).toBe(join(both, 'ebuild'));
    expect(asked(`${ours}:${only}`, { TUMPLINE_EMERGE: join(ours, 'emerge') })).toBe(join(only, 'ebuild'));
    expect(call(join(ours, 'ebuild'), ['x'], { PATH: `${ours}:${copied}` })).toMatchObject({
      status: 1,
      stderr: 'tumpline: ebuild: no real ebuild in PATH\ntry: TUMPLINE_EMERGE=/usr/bin/emerge ebuild …\n',
    });
  });

  test('a directory with = in its name, and more than fits twice', () => {
    const bin = teller('emerge', 'ebuild');
    const odd = join(scratch, 'a=b');
    mkdirSync(odd);
    for (const name of ['emerge', 'ebuild']) copyFileSync(join(bin, name), join(odd, name));
    expect(call(shim, [], { PATH: odd }).status).toBe(7);
    const much = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`V${at}`, 'x'.repeat(110_000)]));
    const { status, stdout } = call(shim, ['y'], { PATH: bin, ...much });
    expect(status).toBe(7);
    expect((JSON.parse(stdout) as string[][])[0]?.[1]).toBe('y');
  });
});

test.skipIf(quick)(
  'tumpline enable ebuild: the real ebuild works behind the link; disable takes it away',
  () => {
    const { TUMPLINE_EMERGE: _, ...others } = desk.environment;
    const path = `${dirname(link)}:${dirname(emerge)}:${others['PATH']}`;
    const on = desk.tumpline(['enable', 'ebuild'], { PATH: path });
    expect([on.status, on.stdout, on.stderr]).toEqual([
      0,
      `ebuild: added the link ${link}\nebuild is on; to undo: tumpline disable ebuild\n`,
      '',
    ]);
    expect(readlinkSync(link)).toBe(shim);
    const file = join(desk.root.repository, 'app-t/a/a-1.ebuild');
    const real = call(join(dirname(emerge), 'ebuild'), [file, 'clean'], { ...others, PATH: path });
    const behind = call(link, [file, 'clean'], { ...others, PATH: path });
    expect([behind.status, behind.stdout, behind.stderr]).toEqual([real.status, real.stdout, real.stderr]);
    expect(real.status).toBe(0);
    expect(call(link, ['@s', 'merge'], { ...others, PATH: path }).status).toBe(1);
    expect(desk.tumpline(['disable', 'ebuild']).stdout).toBe(
      `ebuild: removed the link ${link}\nebuild is off\n`,
    );
  },
);
