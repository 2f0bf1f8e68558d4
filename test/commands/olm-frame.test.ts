import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf, shownOptions } from '../../commands/command.ts';
import { olm } from '../../commands/olm-table.ts';
import { overlayOptions } from '../../portage/files/overlays-conf.ts';
import { top } from '../kit/environment.ts';
import { builtTree } from './built.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-olm-frame-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
let tree: string;
beforeAll(async () => {
  tree = await builtTree();
});

const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as { version: string };

function start(args: readonly string[], command = join(tree, 'bin/olm')) {
  return spawnSync(command, args, {
    env: { PATH: process.env['PATH'], HOME: scratch },
    encoding: 'utf8',
    timeout: 30_000,
    cwd: scratch,
  });
}

test('olm under each of its names, and through links', () => {
  symlinkSync(join(tree, 'bin/overlayman'), join(scratch, 'anything'));
  for (const command of [join(tree, 'bin/olm'), join(tree, 'bin/overlayman'), join(scratch, 'anything')])
    expect(start(['--version'], command)).toMatchObject({
      status: 0,
      stdout: `olm ${version}\n`,
      stderr: '',
    });
});

test('help names the program and every command, and no hidden option', () => {
  const { stdout } = start(['--help']);
  expect(stdout).toContain(`usage: olm COMMAND`);
  for (const command of olm.table.flatMap(commandsOf)) {
    expect(stdout).toContain(`  ${command.name} `);
    const help = start([...command.name.split(' '), '--help']);
    expect([help.status, help.stderr]).toEqual([0, '']);
    expect(help.stdout).toContain(`usage: olm ${command.name}`);
    for (const [option] of shownOptions(command)) expect(help.stdout).toContain(`--${option}`);
    for (const [option, { hidden }] of Object.entries(command.options ?? {}))
      if (hidden) expect(help.stdout).not.toContain(`--${option}`);
  }
});

test('wrong usage: the hint is a call of olm', () => {
  expect(start([])).toMatchObject({ status: 2, stdout: '' });
  expect(start(['complet'])).toMatchObject({
    status: 2,
    stderr: 'tumpline: complet: no such command\ntry: olm completion\n',
  });
  expect(start(['completion', '--jsn']).stderr).toBe(
    'tumpline: completion: unknown option --jsn\ntry: olm completion --help\n',
  );
});

test('a missing bundle is told in the name of the program', () => {
  mkdirSync(join(scratch, 'broken/bin'), { recursive: true });
  cpSync(join(tree, 'bin/olm'), join(scratch, 'broken/bin/olm'));
  expect(start([], join(scratch, 'broken/bin/olm'))).toMatchObject({
    status: 1,
    stderr: `olm: ${scratch}/broken/lib/tumpline/olm.cjs: not there; build or install tumpline again\n`,
  });
});

test('completions are there for both names', () => {
  for (const path of [
    'share/bash-completion/completions/overlayman',
    'share/fish/vendor_completions.d/overlayman.fish',
    'share/zsh/site-functions/_olm',
  ])
    expect(readFileSync(join(tree, path), 'utf8')).toContain('overlayman');
  expect(readFileSync(join(tree, 'share/man/man1/overlayman.1'), 'utf8')).toContain('.TH OLM 1');
});

test('the manual names every command and option, and what overlays.conf may say', () => {
  const page = (name: string) => readFileSync(join(top, 'man', name), 'utf8').replaceAll('\\-', '-');
  for (const command of olm.table.flatMap(commandsOf)) {
    expect(page('olm.1')).toContain(`olm ${command.name}`);
    for (const [option] of shownOptions(command)) expect(page('olm.1')).toContain(`--${option}`);
  }
  for (const option of overlayOptions)
    expect(page('overlayman.5')).toMatch(new RegExp(`^\\.B[RI] "?${option}\\b`, 'm'));
});
