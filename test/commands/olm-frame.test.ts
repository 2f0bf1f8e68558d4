import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { commandsOf, shownOptions } from '../../commands/command.ts';
import { olm } from '../../commands/olm-table.ts';
import { overlayOptions } from '../../portage/files/overlays-conf.ts';
import { quick, top } from '../kit/environment.ts';
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
  for (const command of quick ? [] : olm.table.flatMap(commandsOf)) {
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

test('the shells offer commands, and what is in the list', () => {
  const source = readFileSync(join(tree, 'share/bash-completion/completions/olm'), 'utf8');
  const prefix = join(scratch, 'prefix');
  mkdirSync(join(prefix, 'etc/overlayman/packages'), { recursive: true });
  const list =
    'app-x/one::guru # why\n>=app-x/two-1::kde\n  app-x/three:0::kde\n$(id)::guru\n*/*::tiny\n#a/b::c\n';
  writeFileSync(join(prefix, 'etc/overlayman/packages/mine'), list);
  const offered = (...words: string[]) =>
    spawnSync(
      'bash',
      [
        '--norc',
        '-c',
        `${source}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _olm 2>&1; printf '%s\\n' "\${COMPREPLY[@]}"`,
        'bash',
        ...words,
      ],
      { encoding: 'utf8', env: { PATH: process.env['PATH'], PORTAGE_OVERRIDE_EPREFIX: prefix } },
    )
      .stdout.split('\n')
      .filter(line => line !== '')
      .sort();
  expect(offered('olm', 'se')).toEqual(['search']);
  expect(offered('overlayman', 'remove', '')).toEqual(['app-x/one', 'app-x/three']);
  expect(offered('olm', 'sync', '')).toEqual(['guru', 'kde']);
  expect(offered('olm', 'sync', '--p')).toEqual(['--prefix=', '--pretend']);
  for (const [shell, args, path] of [
    ['zsh', ['-n'], 'share/zsh/site-functions/_olm'],
    ['fish', ['--no-execute'], 'share/fish/vendor_completions.d/olm.fish'],
  ] as const) {
    const { error, status, stderr } = spawnSync(shell, [...args, join(tree, path)], { encoding: 'utf8' });
    if (!error) expect([status, stderr]).toEqual([0, '']);
  }
});
