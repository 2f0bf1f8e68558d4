/**
 * Whether the local repositories still give the answers that a closure was made from: docs/decisions/0016. What was
 * asked is kept, and a stamp of all that the answers rest on; it is far cheaper than asking again.
 */
import { createHash, type Hash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalView } from '../../portage/closure.ts';
import { statIfPresent } from '../../system/files.ts';
import { dependencyCache, type Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';

/** What a local view was asked for, each list sorted. */
export interface Asked {
  readonly packages: readonly string[];
  readonly eclasses: readonly string[];
}

type Repository = ReturnType<typeof configuredRepositories>['order'][number];

/** The same view, and what it was asked for since. */
export function recorded<View extends LocalView>(view: View): { view: View; asked(): Asked } {
  const packages = new Set<string>();
  const eclasses = new Set<string>();
  const recording = {
    ...view,
    versions: (cp: string) => {
      packages.add(cp);
      return view.versions(cp);
    },
    eclass: (name: string, masters: readonly string[], length?: number) => {
      eclasses.add(name);
      return view.eclass(name, masters, length);
    },
    inherits: (name: string, masters: readonly string[]) => {
      eclasses.add(name);
      return view.inherits(name, masters);
    },
  };
  return {
    view: recording,
    asked: () => ({ packages: [...packages].sort(), eclasses: [...eclasses].sort() }),
  };
}

/** A digest of everything in the configured repositories but `generated` that answers to `asked` hang on. */
export function localStamp(
  located: Located,
  environment: NodeJS.ProcessEnv,
  generated: ReadonlySet<string>,
  asked: Asked,
): string {
  const hash = createHash('sha256');
  const known = dependencyCache(located);
  addFile(hash, join(located.configRoot, 'etc/portage/categories'));
  for (const repository of configuredRepositories(located, environment).order) {
    if (generated.has(repository.name)) continue;
    const { name, location, priority, masters, aliases } = repository;
    add(hash, JSON.stringify([name, location, priority, masters, aliases]));
    const release = releaseOf(repository);
    add(hash, release ?? '');
    if (release === undefined) stampFiles(hash, location, join(known, location), asked);
  }
  return hash.digest('hex');
}

/** What Portage's sync leaves to tell one state from the next; undefined where others may change files in between. */
function releaseOf({ location, section }: Repository): string | undefined {
  const owner = statIfPresent(location)?.uid;
  // as Portage itself guesses, portage(5) `volatile`; its own user is among the first hundred
  const volatile = section.volatile ?? !(location.startsWith('/var/db/repos/') && owner === 0);
  if (volatile) return undefined;
  const text = (path: string) => readOrdinaryText(join(location, path)) ?? '';
  const stamps = ['metadata/timestamp.chk', 'metadata/timestamp.x', 'metadata/timestamp.commit'].map(text);
  const head = text('.git/HEAD').trim();
  const ref = /^ref: (refs\/[\w./-]+)$/.exec(head)?.[1];
  const commit =
    ref === undefined
      ? head
      : text(`.git/${ref}`).trim() ||
        (text('.git/packed-refs')
          .split('\n')
          .find(line => line.endsWith(` ${ref}`)) ??
          '');
  const all = [...stamps, commit].map(one => one.trim());
  return all.some(one => one !== '') ? all.join('\n') : undefined;
}

/** `known` is where Portage keeps what it has found out about this repository's ebuilds. */
function stampFiles(hash: Hash, location: string, known: string, asked: Asked): void {
  const file = (path: string) => addFile(hash, join(location, path));
  for (const path of [
    'profiles/categories',
    'profiles/repo_name',
    'metadata/layout.conf',
    'licenses',
    'eclass',
  ])
    file(path);
  for (const name of asked.eclasses) file(`eclass/${name}.eclass`);
  for (const cp of asked.packages) {
    const [category = ''] = cp.split('/');
    for (const entry of names(join(location, cp))) {
      if (!entry.endsWith('.ebuild')) continue;
      const cpv = `${category}/${entry.slice(0, -'.ebuild'.length)}`;
      file(`${cp}/${entry}`);
      file(`metadata/md5-cache/${cpv}`);
      addFile(hash, join(known, cpv));
    }
  }
}

function addFile(hash: Hash, path: string): void {
  const found = statIfPresent(path);
  add(hash, found === undefined ? '-' : `${path} ${found.size} ${found.mtimeMs} ${found.ino}`);
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

function add(hash: Hash, text: string): void {
  hash.update(text);
  hash.update('\0');
}
