import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { lintRepositorySets } from '../../repo-template/lint.ts';
import { lintSetsConf } from '../../repo-template/sets-conf-lint.ts';
import { setsConfText, skeletonFiles } from '../../repo-template/skeleton.ts';
import { writeRepository } from '../../repo-template/writer.ts';
import { quick, top } from '../kit/environment.ts';
import { makeRoot } from '../testbed/root.ts';

const scratch = mkdtempSync(join(tmpdir(), 'tumpline-lint-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
async function repository(sets: Record<string, string[]> = { mine: ['a/b'] }, name = 'own'): Promise<string> {
  count += 1;
  const directory = join(scratch, String(count));
  await writeRepository(directory, skeletonFiles({ name, sets }));
  return directory;
}

function put(directory: string, path: string, content: string): void {
  mkdirSync(dirname(join(directory, path)), { recursive: true });
  writeFileSync(join(directory, path), content);
}

function codes(directory: string): string[] {
  return lintRepositorySets(directory).map(({ code, line }) => (line === 0 ? code : `${code}:${line}`));
}

describe('the skeleton', () => {
  test('passes its own lint, whatever the repository is called', async () => {
    for (const name of ['own', 'world', 'usersets', 'a_b-1']) {
      expect(
        lintRepositorySets(await repository({ mine: ['a/b'], other: ['@mine', '<c/d-2'] }, name)),
      ).toEqual([]);
    }
    expect(lintRepositorySets(await repository({}))).toEqual([]);
  });

  test('has five lines of sets.conf', () => {
    expect(setsConfText('own').split('\n')).toHaveLength(6);
    expect(setsConfText('own')).toMatch(/^\[own\]\n/);
  });

  test('stands in share/, with NAME for the name', () => {
    const share = join(top, 'repo-template/share');
    const files = new Map([
      ...skeletonFiles({ name: 'NAME' }),
      ['sets.conf', setsConfText('NAME')],
      ['sets/.keep', ''],
    ]);
    const found = readdirSync(share, { recursive: true, withFileTypes: true }).filter(entry =>
      entry.isFile(),
    );
    const texts = found
      .map(entry => join(entry.parentPath, entry.name))
      .map(path => [path.slice(share.length + 1), readFileSync(path, 'utf8')]);
    expect(Object.fromEntries(texts)).toEqual(Object.fromEntries(files));
    expect(lintRepositorySets(share)).toEqual([]);
  });

  test('refuses a name that Portage would change', () => {
    for (const name of ['-x', 'a b', '', 'ä']) expect(() => skeletonFiles({ name })).toThrow('no name for');
  });

  test.skipIf(quick)('is listed and merged in pretence by the real Portage', async () => {
    const root = await makeRoot({
      ebuilds: { 'a/b-1': {} },
      reposConf: '[own]\nlocation = %(EPREFIX)s/var/db/repos/own\n',
    });
    try {
      const sets = { mine: ['a/b'], all: ['@mine'] };
      const files = skeletonFiles({ name: 'own', masters: ['testbed'], sets });
      await writeRepository(join(root.directory, 'var/db/repos/own'), files);
      const listed = await root.emerge(['--list-sets']);
      expect(listed.stderr).toBe('');
      expect(listed.stdout.split('\n')).toEqual(expect.arrayContaining(['mine', 'all']));
      const merged = await root.emerge(['--pretend', '@all']);
      expect(merged.stdout).toContain('a/b-1');
      expect(merged).toMatchObject({ exitCode: 0, stderr: '' });
    } finally {
      root.remove();
    }
  });
});

describe('sets.conf', () => {
  const good = setsConfText('own');
  const lint = (text: string) => lintSetsConf(text, 'own').map(({ code, line }) => `${code}:${line}`);

  test.each([
    ['as it is', good],
    ['comments and empty lines', `# sets\n\n${good}; end\n`],
    ['CRLF', good.replaceAll('\n', '\r\n')],
    ['without blanks around =', good.replaceAll(' = ', '=')],
    [
      "Portage's newer spelling and KDE's section",
      good.replace('portage.sets', 'portage._sets').replace('[own]', '[own sets]'),
    ],
    [
      'without the slash, True, yes',
      good.replace('sets/', 'sets').replace('multiset = true', 'multiset = True'),
    ],
  ])('passes: %s', (_what, text) => {
    expect(lint(text)).toEqual([]);
  });

  test.each([
    [
      'another class',
      good.replace('portage.sets.files.StaticFileSet', 'portage.sets.shell.CommandOutputSet'),
      'value:2',
    ],
    ['a class of its own', good.replace('portage.sets.files.StaticFileSet', 'evil.Set'), 'value:2'],
    ['a command', `${good}command = id\n`, 'option:6'],
    ['greedy', `${good}greedy = true\n`, 'option:6'],
    ['name_pattern', `${good}name_pattern = x\${name}\n`, 'option:6'],
    ['another directory', good.replace('repository:own}/sets/', 'repository:own}/../..'), 'value:4'],
    ["another repository's", good.replace('repository:own', 'repository:gentoo'), 'value:4'],
    ['an absolute directory', good.replace(/directory = .*/, 'directory = /etc'), 'value:4'],
    ['interpolation', good.replace('multiset = true', 'multiset = %(class)s'), 'interpolation:3'],
    [
      'an interpolation that Python refuses',
      good.replace('multiset = true', 'multiset = 5%'),
      'interpolation:3',
    ],
    ['a second section', `${good}[more]\nclass = x\n`, 'sections:6'],
    ['DEFAULT', good.replace('[own]', '[DEFAULT]'), 'section-name:1'],
    ["the users' section", good.replace('[own]', '[usersets]'), 'section-name:1'],
    ["another repository's section", good.replace('[own]', '[kde]'), 'section-name:1'],
    ['a continued value', good.replace('true\ndir', 'true\n  more\ndir'), 'syntax:4'],
    ['an option twice', `${good}multiset = false\n`, 'twice:6'],
    ['upper case', good.replace('class', 'Class'), 'syntax:2'],
    ['a colon', good.replace('multiset =', 'multiset:'), 'syntax:3'],
    ['broken syntax', good.replace('[own]', '[own'), 'syntax:1'],
    ['text behind the header', good.replace('[own]', '[own] x'), 'syntax:1'],
    ['a BOM', `\uFEFF${good}`, 'bom:1'],
    ['multiset is false', good.replace('multiset = true', 'multiset = false'), 'value:3'],
    ['no world-candidate', good.replace('world-candidate = true\n', ''), 'missing:0'],
    ['nothing', '', 'no-section:0'],
    ['a NUL', good.replace('own]', 'own\u0000]'), 'encoding:0'],
  ])('refuses: %s', (_what, text, code) => {
    expect(lint(text)).toContain(code);
  });
});

describe('a repository', () => {
  test.each<[string, string, string, string]>([
    ['a typo', 'sets/mine', 'a/b\nsolo\n', 'not-atom:2'],
    ['a second word', 'sets/mine', 'a/b c/d\n', 'second-word:1'],
    ['a BOM', 'sets/mine', '\uFEFFa/b\n', 'bom:1'],
    ['a wildcard', 'sets/mine', 'a/*\n', 'wildcard:1'],
    ['a condition', 'sets/mine', 'x? ( a/b )\n', 'own-syntax:1'],
    ['an optional member', 'sets/mine', '?a/b\n', 'own-syntax:1'],
    ['an exclusion', 'sets/mine', 'a/b\n-c/d\n', 'own-syntax:2'],
    ['an expression', 'sets/mine', '@other-@more\n', 'own-syntax:1'],
    ['an empty set', 'sets/mine', '# nothing\n', 'empty'],
    ['an unknown set', 'sets/mine', '@nope\n', 'unknown-set:1'],
    ['itself', 'sets/mine', '@mine\n', 'cycle:1'],
    ["Portage's name", 'sets/world', 'a/b\n', 'builtin'],
    ['a name with a blank', 'sets/two words', 'a/b\n', 'name'],
    ['a name with a brace', 'sets/x{class=y}', 'a/b\n', 'name'],
    ['a dash', 'sets/-x', 'a/b\n', 'name'],
    ['a backup', 'sets/mine.bak', 'a/b\n', 'leftover'],
    ['a tilde', 'sets/mine~', 'a/b\n', 'leftover'],
    ['a swap file', 'sets/.mine.swp', 'x', 'leftover'],
    ['a rejected patch', 'sets/mine.rej', 'x', 'leftover'],
    ['a proposal', 'sets/._cfg0000_mine', 'a/b\n', 'leftover'],
    ['per-set flags', 'sets/mine.use', 'a/b x\n', 'not-shipped'],
    ['a lone description', 'sets/none.metadata', 'description:\nx\n', 'orphan'],
    ['a README', 'sets/README', 'All the sets\n', 'second-word:1'],
  ])('refuses %s', async (_what, path, content, code) => {
    const directory = await repository();
    put(directory, path, content);
    expect(codes(directory)).toContain(code);
  });

  test('lets a description, a hidden file, a folder and a built-in name in a line pass', async () => {
    const directory = await repository({ mine: ['a/b', '@system'], 'deep/er': ['@mine', 'a/b:2::own[x]'] });
    put(directory, 'sets/mine.metadata', 'description:\nMine\n');
    put(directory, 'sets/.gitkeep', '');
    expect(codes(directory)).toEqual([]);
  });

  test('refuses links, a directory instead of sets.conf, sets without it, and no name', async () => {
    const linked = await repository();
    symlinkSync('/etc/shadow', join(linked, 'sets/x'));
    symlinkSync('/etc', join(linked, 'sets/y'));
    expect(codes(linked)).toEqual(['link', 'link']);
    const folder = await repository();
    rmSync(join(folder, 'sets.conf'));
    expect(codes(folder)).toEqual(['no-conf']);
    mkdirSync(join(folder, 'sets.conf'));
    expect(codes(folder)).toEqual(['no-file']);
    const nameless = await repository();
    rmSync(join(nameless, 'profiles/repo_name'));
    expect(codes(nameless)).toEqual(['no-name']);
    const bare = await repository();
    rmSync(join(bare, 'sets'), { recursive: true });
    expect(codes(bare)).toEqual(['no-sets']);
    expect(() => lintRepositorySets(join(bare, 'nowhere'))).toThrow('no such directory');
  });

  test('the hint for sets.conf mends it', async () => {
    const directory = await repository();
    put(directory, 'sets.conf', 'junk\n');
    const [problem] = lintRepositorySets(directory);
    const { spawnSync } = await import('node:child_process');
    spawnSync('sh', ['-c', problem?.hint ?? 'false']);
    expect(codes(directory)).toEqual([]);
  });
});
