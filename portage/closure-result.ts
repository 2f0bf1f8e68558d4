/** What has been taken so far, and in the end all of it in order. */
import type { Because, ClosurePackage } from './closure.ts';
import { byVersion, type OverlayIndex } from './closure-index.ts';
import type { Cpv } from './cpv.ts';

export interface Taking {
  /** Returns the versions that are new. */
  take(index: OverlayIndex, cp: string, versions: readonly Cpv[], because: Because): readonly Cpv[];
  packages(): ClosurePackage[];
}

interface Taken {
  readonly index: OverlayIndex;
  readonly cp: string;
  readonly versions: Set<Cpv>;
  readonly because: Map<string, Because>;
}

export function newTaking(): Taking {
  const all = new Map<string, Taken>();
  return {
    take(index, cp, versions, because) {
      const key = `${index.overlay.name} ${cp}`;
      const taken = all.get(key) ?? { index, cp, versions: new Set<Cpv>(), because: new Map() };
      all.set(key, taken);
      taken.because.set(sortKey(because), because);
      const fresh = versions.filter(cpv => !taken.versions.has(cpv));
      for (const cpv of fresh) taken.versions.add(cpv);
      return fresh;
    },
    packages: () =>
      [...all.values()]
        .map(({ index, cp, versions, because }) => ({
          overlay: index.overlay.name,
          cp,
          cpvs: [...versions].sort(byVersion).map(({ text }) => text),
          whole: versions.size === index.packages.get(cp)?.length,
          because: [...because].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, one]) => one),
        }))
        .sort(by('overlay', 'cp')),
  };
}

/** Selections first, in the order of the files. */
function sortKey(because: Because): string {
  return because.kind === 'selected'
    ? `0 ${because.file} ${String(because.line).padStart(9, '0')} ${because.text}`
    : `1 ${because.overlay} ${because.cpv} ${because.field} ${because.atom}`;
}

/** Sorts by these texts, the first that differs. */
export function by<K extends string>(
  ...keys: readonly K[]
): (a: Record<K, string>, b: Record<K, string>) => number {
  return (a, b) => {
    for (const key of keys) if (a[key] !== b[key]) return a[key] < b[key] ? -1 : 1;
    return 0;
  };
}

/** The words of a LICENSE, whatever the USE flags. */
export function licenceWords(text: string): string[] {
  return text.split(/\s+/).filter(word => word !== '' && !/^(?:[()]|\|\|)$|\?$/.test(word));
}
