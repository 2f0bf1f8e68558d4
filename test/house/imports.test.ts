/** What keeps the picture of docs/architecture.md true: who imports whom, how long a file is, what a file may say. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { top } from '../kit/environment.ts';

const skipped = new Set(['package-lock.json']);

function trackedFiles(): string[] {
  const listed = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: top,
    encoding: 'utf8',
  });
  if (listed.status !== 0) throw new Error(`git ls-files: ${listed.stderr}`);
  return listed.stdout.split('\0').filter(path => path !== '' && existsSync(join(top, path)));
}

const files = trackedFiles();
const sources = files.filter(path => /\.(ts|mjs)$/.test(path));
const features = ['sets', 'hooks', 'wrappers/emerge', 'wrappers/distcc', 'wrappers/olm', 'services'];

/** The room of a path: portage, system, repo-template, a feature, commands, build, test; undefined at the top. */
function roomOf(path: string): string | undefined {
  const feature = features.find(room => path.startsWith(`${room}/`));
  return feature ?? (path.includes('/') ? path.split('/')[0] : undefined);
}

function mayImport(from: string, to: string): boolean {
  if (from === to || from === 'test') return true;
  const below: Record<string, string[]> = {
    portage: [],
    system: ['portage'],
    'repo-template': ['portage', 'system'],
    commands: ['portage', 'system', 'repo-template', ...features],
    build: [],
  };
  return (features.includes(from) ? ['portage', 'system', 'repo-template'] : (below[from] ?? [])).includes(
    to,
  );
}

/** Every module that the text names: static, re-exported, dynamic and type imports. */
function importsOf(text: string): string[] {
  const found: string[] = [];
  for (const pattern of [
    /^\s*(?:import|export)\s[^'"`;]*?from\s*['"]([^'"]+)['"]/gm,
    /^\s*import\s*['"]([^'"]+)['"]/gm,
    /\bimport\(\s*['"`]([^'"`]+)['"`]\s*\)/g,
  ])
    found.push(...[...text.matchAll(pattern)].map(([, name]) => name ?? ''));
  return found;
}

function wrongImports(path: string, text: string): string[] {
  const from = roomOf(path);
  if (from === undefined) return [];
  return importsOf(text).flatMap(name => {
    if (!name.startsWith('.')) {
      const pure = from === 'portage' && /^node:(fs|child_process|process|os|net|http|worker|tty)/.test(name);
      return pure ? [`${path}: ${name} does not belong into portage/`] : [];
    }
    const target = relative(top, resolve(top, dirname(path), name));
    const to = roomOf(target);
    if (to === undefined) return target === 'package.json' ? [] : [`${path}: imports ${target}`];
    return mayImport(from, to) ? [] : [`${path}: ${from} must not import ${target}`];
  });
}

describe('imports', () => {
  test('point down: portage <- system, repo-template <- features <- commands; test may see all', () => {
    expect(sources.length).toBeGreaterThan(30);
    expect(sources.flatMap(path => wrongImports(path, readFileSync(join(top, path), 'utf8')))).toEqual([]);
  });

  test.each([
    ['portage/x.ts', "import { a } from '../system/files.ts';"],
    ['portage/x.ts', "import { readFileSync } from 'node:fs';"],
    ['system/x.ts', "import type {\n  A,\n} from '../wrappers/emerge/a.ts';"],
    ['system/x.ts', "export * from '../commands/a.ts';"],
    ['wrappers/emerge/x.ts', "const a = await import('../distcc/a.ts');"],
    ['sets/x.ts', "import '../hooks/a.ts';"],
    ['services/x/y.ts', "import { a } from '../../commands/a.ts';"],
    ['repo-template/x.ts', "import { a } from '../sets/a.ts';"],
    ['commands/x.ts', "import { a } from '../test/a.ts';"],
  ])('%s with %j would be found', (path, text) => {
    expect(wrongImports(path, text)).toHaveLength(1);
  });
});

describe('files', () => {
  test('have at most 300 lines', () => {
    const long = sources.flatMap(path => {
      const lines = readFileSync(join(top, path), 'utf8').split('\n').length - 1;
      return lines > 300 ? [`${path}: ${lines}`] : [];
    });
    expect(long).toEqual([]);
  });

  test('have kebab-case names', () => {
    const room = /^(portage|system|sets|hooks|wrappers|services|repo-template|commands|build|test)\//;
    const odd = sources.filter(
      path =>
        room.test(path) && !/^[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.(ts|mjs)$/.test(path.split('/').at(-1) ?? ''),
    );
    expect(odd).toEqual([]);
  });

  test('have no default exports, classes or enums', () => {
    const found = sources
      .filter(path => path.endsWith('.ts') && path !== 'vitest.config.ts')
      .flatMap(path => {
        const text = readFileSync(join(top, path), 'utf8');
        const hits = [
          ...text.matchAll(
            /^(export default|(?:export )?(?:const )?enum \w|(?:export )?(?:abstract )?class (?!Fault\b)\w+)/gm,
          ),
        ];
        return hits.map(([hit]) => `${path}: ${hit}`);
      });
    expect(found).toEqual([]);
  });

  test('name no package registry and no path of a machine', () => {
    // put together here, so that this file does not find itself
    const hosts = [
      ['registry', 'npmjs', 'org'],
      ['registry', 'yarnpkg', 'com'],
      ['pypi', 'org'],
      ['files', 'pythonhosted', 'org'],
    ];
    const words = [
      ...hosts.map(parts => parts.join('.')),
      ...['work', 'root', 'Users'].map(name => `/${name}/`),
      ['', 'tmp', 'venv'].join('/'),
      `${top}/`,
    ];
    const home = /\/home\/(?!user\b|u\b|gentoo\b|NAME\b)[a-z][\w-]*\//;
    const found = files
      .filter(path => !skipped.has(path) && !/\.(gz|png|gpkg|tbz2)$/.test(path))
      .flatMap(path =>
        readFileSync(join(top, path), 'utf8')
          .split('\n')
          .flatMap((line, index) =>
            words.some(word => new RegExp(`(^|[^\\w./}$-])${word.replaceAll('.', '\\.')}`).test(line)) ||
            home.test(line)
              ? [`${path}:${index + 1}: ${line.trim().slice(0, 100)}`]
              : [],
          ),
      );
    expect(found).toEqual([]);
  });

  test('shell files run under sh by what shellcheck can tell from their first line', () => {
    const shells = files.filter(path => path.endsWith('.sh'));
    const odd = shells.filter(
      path => !/^#!\/bin\/(sh|bash)\b|^# shellcheck shell=/.test(readFileSync(join(top, path), 'utf8')),
    );
    expect(odd).toEqual([]);
  });
});
