/** What this computer has already: all configured repositories but those that are generated. */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalView } from '../../portage/closure.ts';
import { type Cpv, parseCpv } from '../../portage/cpv.ts';
import { splitLines, words } from '../../portage/files/text.ts';
import { inheritedEclasses } from '../../portage/inherit-scan.ts';
import type { Repositories } from '../../portage/repositories.ts';
import { configFiles } from '../../system/config-files.ts';
import { readTextIfPresent } from '../../system/files.ts';
import { dependencyCache, type Located } from '../../system/locate.ts';
import { places } from '../../system/places.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { implicitFlags } from './implicit-flags.ts';
import { localCandidate } from './local-candidate.ts';

type Repository = Repositories['order'][number];

export interface ConfiguredView extends LocalView {
  /** Configured repositories that are generated: by their place, or by their sync-type. */
  readonly generated: ReadonlySet<string>;
}

/** Looks at a package or an eclass when it is first asked for. */
export function localView(located: Located, environment: NodeJS.ProcessEnv = process.env): ConfiguredView {
  const repositories = configuredRepositories(located, environment);
  const isGenerated = generatedBy(located, environment);
  const all = repositories.order.filter(repository => !isGenerated(repository));
  const generated = new Set(repositories.order.filter(isGenerated).map(({ name }) => name));
  const implicit = implicitFlags(located, repositories);
  const categories = lazily(() => knownCategories(all, located));
  const depcache = dependencyCache(located);

  const versions = remembering((cp: string) => {
    if (!categories().has(cp.slice(0, cp.indexOf('/')))) return [];
    return all.flatMap(({ name, location }) =>
      versionsIn(location, cp).map(cpv => localCandidate(cpv, { repo: name, location, depcache, implicit })),
    );
  });
  const eclassFile = (name: string, masters: readonly string[]) => {
    for (const master of [...masters].reverse()) {
      const repository = repositories.byName.get(master);
      if (!repository || !all.includes(repository) || !/^[\w+.-]+$/.test(name)) continue;
      const path = join(repository.location, 'eclass', `${name}.eclass`);
      if (existsSync(path)) return path;
    }
    return undefined;
  };
  const blobId = remembering((key: string) => {
    const [length = '', path = ''] = key.split(' ', 2);
    return gitBlobId(readFileSync(path), Number(length));
  });
  const inherits = remembering((path: string) => inheritedEclasses(readFileSync(path, 'utf8')));

  return {
    generated,
    implicit,
    versions,
    eclass(name, masters, length = 40) {
      const path = eclassFile(name, masters);
      return path === undefined ? undefined : blobId(`${length} ${path}`);
    },
    inherits(name, masters) {
      const path = eclassFile(name, masters);
      return path === undefined ? [] : inherits(path);
    },
    hasRepository: name => all.some(one => one === repositories.byName.get(name)),
    hasLicense: remembering(
      name => /^[\w+.-]+$/.test(name) && all.some(one => existsSync(join(one.location, 'licenses', name))),
    ),
    hasCategory: name => categories().has(name),
  };
}

function generatedBy(located: Located, environment: NodeJS.ProcessEnv): (repository: Repository) => boolean {
  const roots = places(located, environment);
  const homes = [roots.state('olm'), roots.systemState('olm')].flatMap(home =>
    existsSync(home) ? [`${realpathSync(home)}/`] : [],
  );
  return ({ location, section }) =>
    section.syncType === 'olm' || homes.some(home => location.startsWith(home));
}

/** Id that git gives to a file's content: SHA-1 for 40 hex digits, SHA-256 for 64. */
function gitBlobId(content: Uint8Array, length: number): string {
  return createHash(length === 64 ? 'sha256' : 'sha1')
    .update(`blob ${content.length}\0`)
    .update(content)
    .digest('hex');
}

function versionsIn(location: string, cp: string): Cpv[] {
  let names: string[];
  try {
    names = readdirSync(join(location, cp));
  } catch {
    // this repository has no such package
    return [];
  }
  const category = cp.slice(0, cp.indexOf('/'));
  return names.flatMap(name => {
    const cpv = name.endsWith('.ebuild')
      ? parseCpv(`${category}/${name.slice(0, -'.ebuild'.length)}`)
      : undefined;
    return cpv?.cp === cp ? cpv : [];
  });
}

/** Without its line in a file `categories` a category does not exist for Portage. */
function knownCategories(all: readonly Repository[], located: Located): ReadonlySet<string> {
  const files = [
    ...all.map(({ location }) => join(location, 'profiles/categories')),
    ...configFiles(join(located.configRoot, 'etc/portage/categories')),
  ];
  return new Set(
    files
      .flatMap(path => splitLines(readTextIfPresent(path) ?? ''))
      .flatMap(line => words(line.replace(/#.*/, '')).slice(0, 1)),
  );
}

function lazily<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

function remembering<T>(make: (key: string) => T): (key: string) => T {
  const known = new Map<string, T>();
  return key => {
    if (!known.has(key)) known.set(key, make(key));
    return known.get(key) as T;
  };
}
