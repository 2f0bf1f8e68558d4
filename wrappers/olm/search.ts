/** Looks for a word in the overlays that were fetched, and among the overlays that there are. */
import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { overlayIndex } from '../../portage/closure-index.ts';
import { isOverlayName } from '../../portage/files/overlays-conf.ts';
import type { ListedOverlay } from '../../portage/files/repositories-xml.ts';
import { Fault } from '../../system/fault.ts';
import { errnoOf, fileFault } from '../../system/files.ts';
import { nearest } from '../../system/nearest.ts';
import { findOverlays, type OverlaysDesk, publicList, readOverlaysConf } from './overlays.ts';
import { openSource } from './source.ts';

export interface FoundPackage {
  readonly overlay: string;
  readonly cp: string;
  /** The lowest first. */
  readonly versions: readonly string[];
}

export interface Found {
  /** The best first. */
  readonly packages: readonly FoundPackage[];
  readonly overlays: readonly ListedOverlay[];
  /** Overlays that were looked into, sorted. */
  readonly searched: readonly string[];
  /** Where nothing was found: a word that was perhaps meant. */
  readonly near: string | undefined;
  /** Why something was not looked into. */
  readonly notes: readonly string[];
}

/** Faults: invalid (overlays.conf), failed, interrupted. */
export async function searchOverlays(word: string, desk: OverlaysDesk): Promise<Found> {
  const notes: string[] = [];
  const wanted = word.toLowerCase();
  const all: FoundPackage[] = [];
  const searched: string[] = [];
  const names = fetchedNames(desk);
  const { specs, problems } = await findOverlays(names, { ...desk, offline: true });
  for (const fault of new Set(problems.values())) notes.push(fault.message);
  for (const [name, spec] of specs) {
    const source = await openSource(spec, join(desk.cache, name)).catch((error: unknown) => {
      if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
      notes.push(error.message);
      return undefined;
    });
    if (source === undefined) continue;
    searched.push(name);
    const { packages } = overlayIndex({ name, masters: [], files: source.files });
    for (const [cp, versions] of packages)
      all.push({ overlay: name, cp, versions: versions.map(({ version }) => version.text) });
  }
  let listed: readonly ListedOverlay[] = [];
  try {
    const index = await publicList(desk, []);
    listed = [...index.overlays.values()];
    notes.push(...index.notes);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    notes.push(error.message);
  }
  const packages = all.filter(({ cp }) => cp.toLowerCase().includes(wanted)).sort(byRank(wanted));
  const overlays = listed
    .filter(({ name, description = '' }) => `${name}\n${description}`.toLowerCase().includes(wanted))
    .sort((a, b) => rank(a.name, wanted) - rank(b.name, wanted) || (a.name < b.name ? -1 : 1));
  return {
    packages,
    overlays,
    searched: searched.sort(),
    near: packages.length + overlays.length > 0 ? undefined : nearWord(wanted, all, listed),
    notes,
  };
}

/** Overlays with something in the cache, and local ones, which need none. */
function fetchedNames({ cache, overlayman }: OverlaysDesk): string[] {
  const local = [...readOverlaysConf(overlayman).sections].flatMap(([name, { syncUri }]) =>
    syncUri?.startsWith('/') ? [name] : [],
  );
  let entries: Dirent[] = [];
  try {
    entries = readdirSync(cache, { withFileTypes: true });
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw fileFault(error, cache);
  }
  const fetched = entries.filter(entry => entry.isDirectory() && isOverlayName(entry.name));
  return [...new Set([...local, ...fetched.map(({ name }) => name)])];
}

/** How well a name is what was asked for; 0 is best. */
function rank(name: string, wanted: string): number {
  const word = name.toLowerCase();
  if (word === wanted) return 0;
  return word.startsWith(wanted) ? 1 : word.includes(wanted) ? 2 : 3;
}

function byRank(wanted: string): (a: FoundPackage, b: FoundPackage) => number {
  const of = ({ cp }: FoundPackage) =>
    Math.min(rank(cp, wanted), rank(cp.slice(cp.indexOf('/') + 1), wanted));
  const key = ({ cp, overlay }: FoundPackage) => `${cp}::${overlay}`;
  return (a, b) => of(a) - of(b) || (key(a) < key(b) ? -1 : 1);
}

function nearWord(
  wanted: string,
  packages: readonly FoundPackage[],
  overlays: readonly ListedOverlay[],
): string | undefined {
  const names = packages.map(({ cp }) => (wanted.includes('/') ? cp : cp.slice(cp.indexOf('/') + 1)));
  return nearest(wanted, [...new Set([...names, ...overlays.map(({ name }) => name)])]);
}
