/** `tumpline distcc` over a state that a guard could have left, where there is no emerge too. */
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { quick } from '../kit/environment.ts';
import { builtTree } from './built.ts';
import { expectDocumented } from './documented.ts';

let tree: string;
let directory: string;
let memory: string;
beforeAll(async () => {
  tree = await builtTree();
});
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'distcc-'));
  memory = join(directory, 'state/tumpline');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function now(): number {
  return Math.round(Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]) * 100);
}

function tumpline(args: readonly string[], changes: Record<string, string> = {}) {
  const { status, stdout, stderr } = spawnSync(join(tree, 'bin/tumpline'), ['distcc', ...args], {
    env: {
      PATH: process.env['PATH'] ?? '',
      HOME: directory,
      DISTCC_DIR: join(directory, 'state'),
      TUMPLINE_CONFIG: join(directory, 'tumpline.conf'),
      ...changes,
    },
    encoding: 'utf8',
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

/** One host is well, one away, one to be tried. */
function plant(): void {
  mkdirSync(memory, { recursive: true });
  writeFileSync(join(directory, 'tumpline.conf'), '[distcc]\nstrikes = 3\n');
  const at = now();
  writeFileSync(join(memory, 'well:1.state'), '1 0 0 0 0 8 8 none\n');
  writeFileSync(join(memory, 'gone.state'), `1 ${at - 100} ${at + 5900} 6 2 0 0 network\n`);
  writeFileSync(join(memory, 'wrong.state'), `1 ${at - 200} ${at - 100} 1 2 0 0 difference\n`);
  const lines = [
    [at - 90, at - 80, 'remote', 'well:1/4,lzo', 'app-misc/tower-1', 'src/main.c'],
    [at - 70, at - 60, 'network', 'gone', '', 'src/main.c'],
    [at - 50, at - 40, 'difference', 'wrong/2', '', 'other.c'],
    ['what', 'is', 'this'],
  ];
  writeFileSync(
    join(memory, `journal.${Math.floor(at / 360_000)}`),
    lines.map(line => `${line.join('\t')}\n`).join(''),
  );
}

test('status', () => {
  plant();
  const { status, stdout } = tumpline(['status']);
  expect(stdout.replace(/\d+\.\d s/, 'N s')).toBe(
    [
      `state    ${memory}`,
      'strikes  3',
      'host    state',
      'gone    away for N s (network): 1 network',
      'well:1  usable: 1 remote',
      'wrong   to be tried (difference): 1 difference',
      '',
    ].join('\n'),
  );
  expect(status).toBe(0);
});

describe.skipIf(quick)('each of them', () => {
  test('as documents', () => {
    plant();
    const asked = [['status'], ['hosts'], ['explain', 'main.c'], ['report'], ['links'], ['reset']];
    for (const words of asked) {
      const { stdout } = tumpline([...words, '--json'], { DISTCC_HOSTS: '--randomize well:1/4,lzo gone' });
      expectDocumented('distcc.md', JSON.parse(stdout));
    }
  });

  test('hosts, of the environment and of a file', () => {
    plant();
    const list = '--localslots=2 well:1/4,lzo gone/2 # no\nwrong localhost/2 +zeroconf never';
    const told = [
      'well:1/4,lzo  used',
      'gone/2        kept away',
      'wrong         was away, tried next',
      'localhost/2   this machine',
      "+zeroconf     distcc's own business",
      'never         used',
      '',
    ].join('\n');
    expect(tumpline(['hosts'], { DISTCC_HOSTS: list }).stdout).toBe(told);
    writeFileSync(join(directory, 'state/hosts'), list);
    expect(tumpline(['hosts']).stdout).toBe(told);
  });

  test('explain', () => {
    plant();
    const { status, stdout } = tumpline(['explain', 'main.c']);
    expect(status).toBe(0);
    expect(stdout.replace(/^\d+/gm, 'N').split('\n')).toEqual([
      'N s ago: src/main.c (app-misc/tower-1): on well:1/4,lzo',
      'N s ago: src/main.c: not on gone: it did not answer to the end',
      '',
    ]);
    expect(tumpline(['explain', 'nothing.c']).status).toBe(1);
  });

  test('report, of all builds and of one', () => {
    plant();
    expect(tumpline(['report']).stdout.split('\n')).toEqual([
      'app-misc/tower-1: 1 of 1 compiles remote, 0 done twice',
      '  well:1/4,lzo: 1 compile',
      'outside of Portage: 0 of 2 compiles remote, 1 done twice',
      '  gone: 1 network fault, 0.1 s lost',
      '  wrong/2: 1 difference',
      '',
    ]);
    expect(tumpline(['report', 'tower-1']).stdout).toContain('app-misc/tower-1');
    expect(tumpline(['report', 'tower-1']).stdout).not.toContain('outside');
    expect(tumpline(['report', 'tower-2']).status).toBe(1);
  });

  test('reset forgets, and hands the settings over', () => {
    plant();
    writeFileSync(join(directory, 'tumpline.conf'), '[distcc]\nstrikes = 1\nchecks = no\n');
    expect(tumpline(['status']).status).toBe(1);
    expect(tumpline(['reset', '--settings']).stdout).toBe('settings: strikes 1, checks no\n');
    expect(readFileSync(join(memory, 'settings'), 'utf8')).toBe('strikes 1\nchecks no\n');
    expect(tumpline(['status']).status).toBe(0);
    expect(tumpline(['reset', 'gone/2']).stdout).toContain('gone: forgotten\n');
    expect(existsSync(join(memory, 'gone.state'))).toBe(false);
    expect(existsSync(join(memory, 'wrong.state'))).toBe(true);
    expect(tumpline(['reset', 'gone']).status).toBe(2);
    tumpline(['reset']);
    expect(readdirSync(memory).filter(name => name.endsWith('.state'))).toEqual([]);
  });

  test('links for compilers by name, machine and version; gone with them; distcc and ccache are none', () => {
    const [bin, to] = [join(directory, 'bin'), join(directory, 'links')];
    mkdirSync(bin);
    mkdirSync(to);
    const script = { mode: 0o755 };
    for (const name of [
      'gcc',
      'x86_64-pc-linux-gnu-g++-14',
      'clang-19',
      'gcc-ar',
      'gcc-config',
      'distcc',
      'cpp',
    ])
      writeFileSync(join(bin, name), '#!/bin/sh\n', script);
    symlinkSync('distcc', join(bin, 'sparc-linux-gcc'));
    // with the machine's own behind it, for what the front needs
    const node = { PATH: `${bin}:${process.env['PATH']}` };
    expect(tumpline(['links', '--to', to], node).status).toBe(1);
    expect(tumpline(['links', '--to', to, '--write'], node).status).toBe(0);
    const made = readdirSync(to);
    expect(made).toEqual(expect.arrayContaining(['clang-19', 'gcc', 'x86_64-pc-linux-gnu-g++-14']));
    for (const none of ['gcc-ar', 'gcc-config', 'distcc', 'sparc-linux-gcc', 'cpp'])
      expect(made).not.toContain(none);
    rmSync(join(bin, 'clang-19'));
    rmSync(join(bin, 'x86_64-pc-linux-gnu-g++-14'));
    tumpline(['links', '--to', to, '--write'], node);
    expect(readdirSync(to)).not.toContain('clang-19');
    expect(readdirSync(to)).toContain('gcc');
    symlinkSync(join(tree, 'libexec/tumpline/distcc/guard.sh'), join(to, 'sparc64-linux-c++'));
    expect(tumpline(['links', '--to', to], node).stdout).toContain(
      'sparc64-linux-c++: link without a compiler\n',
    );
  });
});
