/** PMS 14.3, md5-dict cache: metadata/md5-cache/CATEGORY/PF, and var/cache/edb/dep/REPOSITORY/CATEGORY/PF of Portage. */
import { type Parsed, splitLines, strip } from './text.ts';

interface CacheEclass {
  readonly name: string;
  /** 32 hex digits, or seconds since the epoch where the cache is checked by mtime. */
  readonly checksum: string;
  /** Directory of the eclass; only in var/cache/edb/dep. */
  readonly directory?: string;
}

export interface CacheEntry {
  /** EAPI, SLOT, DEPEND, … as they stand; a key that is absent means empty. */
  readonly fields: ReadonlyMap<string, string>;
  readonly eclasses: readonly CacheEclass[];
  /** Of the ebuild, 32 hex digits. */
  readonly md5?: string;
  /** Of the ebuild, seconds since the epoch. */
  readonly mtime?: number;
}

/** Portage itself refuses an entry with any problem and works out the metadata again. */
export function parseCacheEntry(text: string): Parsed<CacheEntry> {
  const problems: string[] = [];
  const all = new Map<string, string>();
  for (const [index, line] of splitLines(text).entries()) {
    const equals = line.indexOf('=');
    if (equals < 1) problems.push(`line ${index + 1}: not KEY=value`);
    else if (line.includes('\0')) problems.push(`line ${index + 1}: NUL byte`);
    else all.set(line.slice(0, equals), line.slice(equals + 1));
  }
  const eclasses = parseEclasses(all.get('_eclasses_') ?? '');
  if (!eclasses) problems.push('_eclasses_: neither names with checksums nor with directories and checksums');
  const md5 = all.get('_md5_');
  const mtime = all.get('_mtime_');
  if (md5 !== undefined && !isMd5(md5)) problems.push('_md5_: not 32 hex digits');
  if (mtime !== undefined && !isSeconds(mtime)) problems.push('_mtime_: not a number');
  if (eclasses && eclasses.length > 0 && md5 === undefined && mtime === undefined)
    problems.push('_eclasses_: without _md5_ or _mtime_');
  for (const key of ['_eclasses_', '_md5_', '_mtime_']) all.delete(key);
  const value: CacheEntry = {
    fields: all,
    eclasses: eclasses ?? [],
    ...(md5 !== undefined && isMd5(md5) ? { md5 } : {}),
    ...(mtime !== undefined && isSeconds(mtime) ? { mtime: Number(mtime) } : {}),
  };
  return { value, problems };
}

/** Keys sorted, empty values left out, as egencache writes them (which also sorts the eclasses); a newline in a value becomes a space. */
export function writeCacheEntry(entry: CacheEntry): string {
  const all = new Map(entry.fields);
  const flat = entry.eclasses.flatMap(({ name, directory, checksum }) =>
    directory === undefined ? [name, checksum] : [name, directory, checksum],
  );
  all.set('_eclasses_', flat.join('\t'));
  all.set('_md5_', entry.md5 ?? '');
  all.set('_mtime_', entry.mtime === undefined ? '' : String(entry.mtime));
  return [...all]
    .filter(([, value]) => value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${value.replace(/[\r\n]+/g, ' ')}\n`)
    .join('');
}

function parseEclasses(text: string): CacheEclass[] | undefined {
  const parts = strip(text).split('\t');
  if (parts.length === 1 && parts[0] === '') return [];
  const width = parts.length % 3 === 0 && parts[1]?.startsWith('/') ? 3 : 2;
  if (parts.length % width !== 0) return undefined;
  const found: CacheEclass[] = [];
  for (let i = 0; i < parts.length; i += width) {
    const name = parts[i] ?? '';
    const checksum = parts[i + width - 1] ?? '';
    if (name === '' || !(isMd5(checksum) || isSeconds(checksum))) return undefined;
    found.push({ name, checksum, ...(width === 3 ? { directory: parts[i + 1] ?? '' } : {}) });
  }
  return found;
}

function isMd5(text: string): boolean {
  return /^[0-9a-f]{32}$/i.test(text);
}

function isSeconds(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
