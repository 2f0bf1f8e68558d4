/** What stays of the generation before: all that something wrong had brought, so that a typo elsewhere costs nothing. */
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { ClosurePackage } from '../../portage/closure.ts';
import { filesBelow } from '../../system/tree.ts';
import type { Materialised } from './materialise.ts';
import type { PublishedState } from './published.ts';

export interface Retained {
  /** Packages of the old generation that the new one lacks. */
  readonly packages: readonly ClosurePackage[];
  /** Whether anything of the old generation has to stay. */
  readonly any: boolean;
  /** Paths of the old generation to be taken over where the new one has none. */
  keeps(path: string): boolean;
}

/** Selections, by overlay and text, that match nothing any more, and overlays that could not be made anew. */
export interface Wrong {
  readonly selections: ReadonlySet<string>;
  readonly overlays: ReadonlySet<string>;
}

export function selectionKey(overlay: string, text: string): string {
  return `${overlay}\n${text}`;
}

/** By overlay, for those that were published. `now` are the new closure's packages. */
export function retained(
  old: ReadonlyMap<string, PublishedState>,
  wrong: Wrong,
  now: readonly ClosurePackage[],
): Map<string, Retained> {
  const packages = [...old.values()].flatMap(state => state.packages);
  const kept = new Set(packages.filter(isRoot));
  const versions = new Set([...kept].flatMap(versionKeys));
  for (let grown = true; grown; ) {
    grown = false;
    for (const one of packages) {
      if (kept.has(one)) continue;
      const needed = one.because.some(
        because => because.kind === 'needed' && versions.has(`${because.overlay}\n${because.cpv}`),
      );
      if (!needed) continue;
      kept.add(one);
      for (const key of versionKeys(one)) versions.add(key);
      grown = true;
    }
  }
  const present = new Set(now.map(({ overlay, cp }) => `${overlay}\n${cp}`));
  const result = new Map<string, Retained>();
  for (const name of old.keys()) {
    const own = [...kept].filter(one => one.overlay === name && !present.has(`${name}\n${one.cp}`));
    // which of them needs which eclass is not told in full, so all of them stay as long as anything does
    const surroundings = kept.size > 0 && (own.length > 0 || wrong.overlays.size > 0);
    const cps = new Set(own.map(({ cp }) => cp));
    const cpvs = new Set(own.flatMap(one => one.cpvs));
    result.set(name, {
      packages: own,
      any: surroundings,
      keeps: path => {
        if (path.startsWith('eclass/') || path.startsWith('licenses/')) return surroundings;
        if (path.startsWith('metadata/md5-cache/')) return cpvs.has(path.slice('metadata/md5-cache/'.length));
        return cps.has(path.split('/').slice(0, 2).join('/'));
      },
    });
  }
  return result;

  function isRoot(one: ClosurePackage): boolean {
    return (
      wrong.overlays.has(one.overlay) ||
      one.because.some(
        because =>
          because.kind === 'selected' && wrong.selections.has(selectionKey(one.overlay, because.text)),
      )
    );
  }
}

function versionKeys({ overlay, cpvs }: ClosurePackage): string[] {
  return cpvs.map(cpv => `${overlay}\n${cpv}`);
}

const categories = 'profiles/categories';

/** What was made, and what `kept` keeps of the generation in `directory`. */
export function withRetained(
  directory: string,
  made: Pick<Materialised, 'files' | 'executables'>,
  kept: Retained,
): Pick<Materialised, 'files' | 'executables'> {
  const all = new Map(made.files);
  const executables = new Set(made.executables);
  for (const path of filesBelow(directory)) {
    if (all.has(path) || !kept.keeps(path)) continue;
    all.set(path, readFileSync(join(directory, path)));
    if ((statSync(join(directory, path)).mode & 0o100) !== 0) executables.add(path);
  }
  const lines = new Set(
    Buffer.from(all.get(categories) ?? [])
      .toString('latin1')
      .split('\n')
      .filter(line => line !== ''),
  );
  for (const { cp } of kept.packages) lines.add(cp.slice(0, cp.indexOf('/')));
  all.set(
    categories,
    Buffer.from(
      [...lines]
        .sort()
        .map(line => `${line}\n`)
        .join(''),
      'latin1',
    ),
  );
  return { files: new Map([...all].sort(([a], [b]) => (a < b ? -1 : 1))), executables };
}
