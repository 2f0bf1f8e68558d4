import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { commandsOf } from '../../commands/command.ts';
import { partNames } from '../../commands/parts.ts';
import { tumpline } from '../../commands/table.ts';
import { noteReduced } from '../kit/environment.ts';
import { builtTree } from './built.ts';

const sources: Record<string, string> = {};
beforeAll(async () => {
  const tree = await builtTree();
  for (const shell of ['bash', 'zsh', 'fish']) {
    const made = spawnSync(`${tree}/bin/tumpline`, ['completion', shell], { encoding: 'utf8' });
    expect([made.status, made.stderr]).toEqual([0, '']);
    sources[shell] = made.stdout;
  }
});

function present(shell: string): boolean {
  if (spawnSync('sh', ['-c', `command -v ${shell}`]).status === 0) return true;
  noteReduced(`the completion of ${shell} was not loaded, because ${shell} is not installed`);
  return false;
}

/** What bash offers behind these words, the last of which is being typed. */
function inBash(...words: string[]): string[] {
  const script = `${sources['bash']}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); compopt() { :; }; _tumpline 2>&1; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = spawnSync('bash', ['--norc', '-c', script, 'bash', ...words], {
    encoding: 'utf8',
    cwd: '/',
  });
  return stdout
    .split('\n')
    .filter(line => line !== '')
    .sort();
}

describe('bash', () => {
  test('offers every command', () => {
    const all = [...tumpline.table.map(({ name }) => name), 'help', '--help', '--version'].sort();
    expect(inBash('tumpline', '')).toEqual(all);
    expect(inBash('tumpline', 'en')).toEqual(['enable']);
  });

  test('offers every option and part, and the words of an option', () => {
    for (const { name, options = {} } of tumpline.table.flatMap(commandsOf)) {
      const words = Object.entries(options).map(
        ([option, { type }]) => `--${option}${type === 'string' ? '=' : ''}`,
      );
      expect(inBash('tumpline', ...name.split(' '), '-')).toEqual([...words, '--help'].sort());
    }
    expect(inBash('tumpline', 'enable', '')).toEqual(partNames().sort());
    expect(inBash('tumpline', 'disable', 'em')).toEqual(['emerge']);
    expect(inBash('tumpline', 'help', 'comp')).toEqual(['completion']);
    expect(inBash('tumpline', 'completion', '')).toEqual(['bash', 'fish', 'zsh']);
    expect(inBash('tumpline', 'enable', '--observability', '=', '')).toEqual(['no', 'yes']);
    expect(inBash('tumpline', 'enable', '--observability', '=', 'y')).toEqual(['yes']);
    expect(inBash('tumpline', 'enable', '--observability', '')).toEqual(['no', 'yes']);
    expect(inBash('tumpline', 'status', '--root', '/et')).toEqual(['/etc']);
  });

  test('offers the commands of a group, and the sets that there are', () => {
    expect(inBash('tumpline', 'sets', 'sh')).toEqual(['show']);
    expect(inBash('tumpline', 'sets', '-')).toEqual(['--help']);
    const prefix = mkdtempSync(join(tmpdir(), 'tumpline-completion-'));
    const directory = join(prefix, 'etc/portage/sets');
    mkdirSync(directory, { recursive: true });
    for (const name of ['kit', 'kit.use', 'kit.metadata', 'old~', 'k$(x)'])
      writeFileSync(join(directory, name), '');
    process.env['PORTAGE_OVERRIDE_EPREFIX'] = prefix;
    try {
      expect(inBash('tumpline', 'sets', 'show', '')).toEqual(['kit']);
      expect(inBash('tumpline', 'sets', 'expand', '@')).toEqual(['@kit']);
      mkdirSync(join(prefix, 'var/lib/tumpline/sets'), { recursive: true });
      writeFileSync(join(prefix, 'var/lib/tumpline/sets/paths'), `${prefix}/nowhere\n${directory}\n`);
      expect(inBash('tumpline', 'sets', 'show', 'k')).toEqual(['kit']);
    } finally {
      delete process.env['PORTAGE_OVERRIDE_EPREFIX'];
      rmSync(prefix, { recursive: true });
    }
  });

  test('offers nothing behind --', () => {
    expect(inBash('tumpline', 'status', '--', '-')).toEqual([]);
  });

  test('is sound bash', () => {
    expect(spawnSync('bash', ['-n'], { input: sources['bash'] ?? '', encoding: 'utf8' })).toMatchObject({
      status: 0,
      stderr: '',
    });
  });
});

test('zsh and fish name every command, option and part, and load where they are installed', () => {
  for (const { name: words, options = {} } of tumpline.table.flatMap(commandsOf)) {
    const name = words.split(' ').at(-1);
    expect(sources['zsh']).toContain(`'${name}:`);
    expect(sources['fish']).toContain(`-a ${name} -d`);
    for (const option of Object.keys(options)) {
      expect(sources['zsh']).toContain(`'--${option}`);
      expect(sources['fish']).toContain(`__fish_seen_subcommand_from ${name}' -l ${option} `);
    }
  }
  for (const name of partNames()) for (const shell of ['zsh', 'fish']) expect(sources[shell]).toContain(name);
  if (present('zsh')) {
    const loaded = spawnSync('zsh', ['-fc', `autoload -U compinit; compinit -D; ${sources['zsh']}`], {
      encoding: 'utf8',
    });
    expect([loaded.status, loaded.stderr]).toEqual([0, '']);
  }
  if (present('fish')) {
    const offered = spawnSync(
      'fish',
      ['--no-config', '-c', `${sources['fish']}\ncomplete -C 'tumpline enable --observability='`],
      { encoding: 'utf8' },
    );
    expect(offered.stderr).toBe('');
    expect(offered.stdout).toContain('yes');
  }
});
