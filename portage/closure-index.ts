/** What an overlay holds, told from its paths alone. */
import type { Candidate } from './atom-match.ts';
import type { ClosureOverlay } from './closure.ts';
import { type Cpv, parseCpv } from './cpv.ts';
import type { CacheEntry } from './files/md5-cache.ts';
import { compareVersions } from './version.ts';

export interface OverlayIndex {
  readonly overlay: ClosureOverlay;
  /** cp -> its versions, the lowest first. */
  readonly packages: ReadonlyMap<string, readonly Cpv[]>;
  /** Paths below eclass/ that are no eclasses. */
  readonly eclassFiles: readonly string[];
  /** Paths of profiles/updates/. */
  readonly updates: readonly string[];
}

/** Folders of a repository that are no categories, whatever they hold. */
const reserved = new Set(['eclass', 'licenses', 'metadata', 'profiles', 'scripts']);

export function overlayIndex(overlay: ClosureOverlay): OverlayIndex {
  const packages = new Map<string, Cpv[]>();
  const eclassFiles: string[] = [];
  const updates: string[] = [];
  for (const path of overlay.files.keys()) {
    if (path.endsWith('.ebuild')) {
      const cpv = ebuildVersion(path);
      if (!cpv) continue;
      const known = packages.get(cpv.cp);
      if (known) known.push(cpv);
      else packages.set(cpv.cp, [cpv]);
    } else if (path.startsWith('eclass/') && !/^eclass\/[^/]+\.eclass$/.test(path)) eclassFiles.push(path);
    else if (/^profiles\/updates\/[^./][^/]*$/.test(path)) updates.push(path);
  }
  for (const versions of packages.values()) versions.sort(byVersion);
  return { overlay, packages, eclassFiles, updates };
}

/** `category/package/package-version.ebuild`; undefined for what Portage would not take. */
function ebuildVersion(path: string): Cpv | undefined {
  const [category = '', folder = '', file = '', ...deeper] = path.split('/');
  if (deeper.length > 0 || reserved.has(category)) return undefined;
  const cpv = parseCpv(`${category}/${file.slice(0, -'.ebuild'.length)}`);
  return cpv?.package === folder ? cpv : undefined;
}

export function byVersion(a: Cpv, b: Cpv): number {
  return compareVersions(a.version, b.version) || (a.text < b.text ? -1 : a.text > b.text ? 1 : 0);
}

export function ebuildPath(cpv: Cpv): string {
  return `${cpv.cp}/${cpv.package}-${cpv.version.text}.ebuild`;
}

/** The version as its metadata describes it. */
export function describedVersion(cpv: Cpv, entry: CacheEntry, implicit: ReadonlySet<string>): Candidate {
  const [slot = '', subslot] = (entry.fields.get('SLOT') ?? '').split('/', 2);
  const own = (entry.fields.get('IUSE') ?? '').split(/\s+/).filter(word => word !== '');
  return { cpv, slot, subslot, iuse: new Set([...implicit, ...own.map(flag => flag.replace(/^[+-]/, ''))]) };
}
