/** Ebuild repositories on disk (PMS 4). */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { EbuildDeclaration } from './declaration.ts';
import { ebuildText, md5CacheEntry } from './ebuild-text.ts';

export interface SplitCpv {
  readonly category: string;
  readonly pn: string;
  readonly pf: string;
  readonly repo: string | undefined;
}

/** Splits `cat/pf[::repo]`; only for declarations, so the version is not checked further. */
export function splitCpv(text: string): SplitCpv {
  const [cpv, repo] = text.split('::') as [string, string | undefined];
  const found = /^([^/]+)\/((.+?)-\d+[^-]*(?:-r\d+)?)$/.exec(cpv);
  if (!found) throw new Error(`not a cpv in a declaration: ${text}`);
  return { category: found[1]!, pf: found[2]!, pn: found[3]!, repo };
}

export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

export function lines(list: Iterable<string>): string {
  return [...list].map(line => `${line}\n`).join('');
}

export function writeEbuild(location: string, cpv: string, declaration: EbuildDeclaration): void {
  const { category, pn, pf } = splitCpv(cpv);
  const text = ebuildText(declaration);
  writeText(join(location, category, pn, `${pf}.ebuild`), text);
  const cache = md5CacheEntry(declaration, text);
  if (cache) writeText(join(location, 'metadata/md5-cache', category, pf), cache);
}

/** layout.conf and the parts of profiles/ that every repository has. */
export function writeRepositoryFrame(
  location: string,
  name: string,
  options: { masters: string; categories: Iterable<string>; layout?: readonly string[]; profiles?: boolean },
): void {
  const layout = new Map([
    ['masters', options.masters],
    ['thin-manifests', 'true'],
    ['sign-manifests', 'false'],
    ['cache-formats', 'md5-dict'],
    ['profile-formats', 'portage-2'],
  ]);
  const extra = options.layout ?? [];
  for (const line of extra) layout.delete(line.split('=')[0]!.trim());
  const frame = [...layout].map(([key, value]) => `${key} = ${value}`.trimEnd());
  writeText(join(location, 'metadata/layout.conf'), lines([...frame, ...extra]));
  if (options.profiles === false) return;
  writeText(join(location, 'profiles/repo_name'), `${name}\n`);
  writeText(join(location, 'profiles/categories'), lines([...new Set(options.categories)].sort()));
}
