/** What has been asked of whoever drives a closure, and what is to be asked next. */
import type { Need } from './closure.ts';
import { ebuildPath, type OverlayIndex } from './closure-index.ts';
import type { Cpv } from './cpv.ts';

export interface Asking {
  /** Metadata and ebuild of each version. */
  versions(index: OverlayIndex, versions: readonly Cpv[]): void;
  text(overlay: string, path: string): void;
  /** Whether the answer, which may be that there is none, can be had by now. */
  knowsVersion(overlay: string, cpv: Cpv): boolean;
  knowsText(overlay: string, path: string): boolean;
  /** What was asked for since the last time; from now on it counts as known. */
  needs(): readonly Need[];
}

interface Wanted {
  readonly cpvs: Set<string>;
  readonly paths: Set<string>;
}

export function newAsking(): Asking {
  const known = new Map<string, Wanted>();
  let waiting = new Map<string, Wanted>();
  const of = (map: Map<string, Wanted>, overlay: string) => {
    const found = map.get(overlay) ?? { cpvs: new Set<string>(), paths: new Set<string>() };
    map.set(overlay, found);
    return found;
  };
  const text = (overlay: string, path: string) => {
    if (!known.get(overlay)?.paths.has(path)) of(waiting, overlay).paths.add(path);
  };
  return {
    versions({ overlay: { name } }, versions) {
      for (const cpv of versions) {
        if (known.get(name)?.cpvs.has(cpv.text)) continue;
        of(waiting, name).cpvs.add(cpv.text);
        text(name, ebuildPath(cpv));
      }
    },
    text,
    knowsVersion: (overlay, cpv) => known.get(overlay)?.cpvs.has(cpv.text) === true,
    knowsText: (overlay, path) => known.get(overlay)?.paths.has(path) === true,
    needs() {
      const asked = waiting;
      waiting = new Map();
      for (const [overlay, { cpvs, paths }] of asked) {
        const before = of(known, overlay);
        for (const cpv of cpvs) before.cpvs.add(cpv);
        for (const path of paths) before.paths.add(path);
      }
      return [...asked]
        .map(([overlay, { cpvs, paths }]) => ({
          overlay,
          cpvs: [...cpvs].sort(),
          paths: [...paths].sort(),
        }))
        .sort((a, b) => (a.overlay < b.overlay ? -1 : 1));
    },
  };
}
