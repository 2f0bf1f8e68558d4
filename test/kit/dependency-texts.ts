/** Random dependency strings with deep and odd nesting, for each dialect; and those of the real metadata. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Dialect } from '../../portage/dependency.ts';
import { realData } from './environment.ts';
import type { Random } from './random.ts';
import { anyAtom, flags } from './words.ts';

export interface DependencyText {
  readonly dialect: Dialect;
  readonly eapi: string;
  readonly text: string;
}

const dialects: Record<string, Dialect> = {
  DEPEND: 'depend',
  RDEPEND: 'depend',
  BDEPEND: 'depend',
  PDEPEND: 'depend',
  IDEPEND: 'depend',
  LICENSE: 'license',
  SRC_URI: 'src-uri',
  REQUIRED_USE: 'required-use',
};

/** Every different one of the real metadata; undefined where the data are not at hand. */
export function realDependencyTexts(): DependencyText[] | undefined {
  const data = realData();
  if (data === undefined) return undefined;
  const found = new Map<string, DependencyText>();
  for (const archive of ['main.tar.gz', 'guru.tar.gz']) {
    for (const entry of md5CacheEntries(join(data, archive))) {
      const values = new Map(entry.split('\n').map(line => splitLine(line)));
      const eapi = values.get('EAPI') ?? '0';
      for (const [key, dialect] of Object.entries(dialects)) {
        const text = values.get(key);
        if (text !== undefined) found.set(`${dialect} ${eapi} ${text}`, { dialect, eapi, text });
      }
    }
  }
  return [...found.values()];
}

function splitLine(line: string): [string, string] {
  const equals = line.indexOf('=');
  return [line.slice(0, equals), line.slice(equals + 1)];
}

function md5CacheEntries(archive: string): string[] {
  const directory = mkdtempSync(join(tmpdir(), 'tumpline-data-'));
  try {
    execFileSync('tar', ['-xzf', archive, '-C', directory, '--wildcards', '*metadata/md5-cache*'], {
      timeout: 60_000,
    });
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

const licences = ['GPL-2', 'GPL-2+', 'MIT', '||x', 'Apache-2.0', 'all-rights-reserved', '(foo', '-x'];
const uris = ['https://a.invalid/b-1.tar.gz', 'mirror://x/y.zip', 'fetch+https://a.invalid/c', 'file'];

function anyLeaf(dialect: Dialect, next: Random): string {
  switch (dialect) {
    case 'depend':
      return next.chance(0.7) ? `a/${next.pick(['b', 'c', 'd', 'e', 'f', 'g'])}` : anyAtom(next);
    case 'license':
      return next.pick(licences);
    case 'src-uri':
      return next.pick(uris) + (next.chance(0.3) ? ' -> renamed.tar.gz' : '');
    case 'required-use':
      return next.pick(['', '', '!']) + next.pick(flags);
  }
}

const groups: Record<Dialect, readonly string[]> = {
  depend: ['||', '||', '||', '', '?', '?'],
  license: ['||', '||', '', '?', '?'],
  'src-uri': ['', '?', '?'],
  'required-use': ['||', '^^', '??', '', '?', '?'],
};

export function anyDependencyText(dialect: Dialect, next: Random, depth = 5): string {
  const count = next.chance(0.3) ? 1 : 1 + next.below(3);
  const parts = Array.from({ length: count }, () => {
    if (depth === 0 || next.chance(0.35)) return anyLeaf(dialect, next);
    const kind = next.pick(groups[dialect]);
    const flag = `${next.pick(['', '', '!'])}${next.pick(flags)}?`;
    const content = next.chance(0.03) ? '' : `${anyDependencyText(dialect, next, depth - 1)} `;
    return `${kind === '?' ? flag : kind} ( ${content})`.trimStart();
  });
  return parts.join(' ');
}

/** The string with a word put in, taken out or moved. */
export function spoiltDependencyText(text: string, next: Random): string {
  const words = text.split(' ');
  const at = next.below(words.length);
  const other = next.pick(['(', ')', '||', '^^', '??', '->', 'x?', '!x?', '!?', '?', 'a/b', ...words]);
  switch (next.below(4)) {
    case 0:
      return words.toSpliced(at, 0, other).join(' ');
    case 1:
      return words.toSpliced(at, 1).join(' ');
    case 2:
      return words.with(at, other).join(' ');
    default:
      return text;
  }
}
