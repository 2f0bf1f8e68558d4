/** A repository laid out as KDE's overlay: 80 set files, current ones that nest versioned ones, one multiset section. */
import { skeletonFiles } from '../../repo-template/skeleton.ts';
import { type RepositoryFiles, writeRepository } from '../../repo-template/writer.ts';
import { ebuildText, md5CacheEntry } from './ebuild-text.ts';
import { lines } from './repository.ts';

type Sets = Record<string, string[]>;

/** What upstream has done since. */
export interface KdeChange {
  /** Members of the current Plasma that are new, and that are gone. */
  readonly added?: readonly string[];
  readonly removed?: readonly string[];
  /** The version of the current Frameworks. */
  readonly frameworks?: string;
  /** A line for the current Plasma. */
  readonly line?: string;
  /** Sets that are gone. */
  readonly without?: readonly string[];
}

const groups = [
  'accessibility',
  'admin',
  'edu',
  'games',
  'graphics',
  'multimedia',
  'network',
  'pim',
  'sdk',
  'utils',
];
const gear = ['25.08', '25.12', 'live'];
const plasma = ['6.5', '6.6', '6.7', 'live'];
const frameworks = ['6.19', '6.20', '6.21', 'live'];

const plasmaPackages = ['kwin', 'plasma-desktop', 'plasma-workspace', 'systemsettings', 'discover', 'oxygen'];
const frameworkPackages = ['kio', 'kconfig', 'solid', 'syntax-highlighting', 'baloo', 'attica'];

/** As KDE writes them: everything of a series is below its next one, live ones are their 9999. */
function entry(cp: string, series: string, exact = false): string {
  if (series === 'live') return `~${cp}-9999`;
  return exact ? `~${cp}-${series}.0` : `<${cp}-${series}.50`;
}

function gearPackages(group: string): string[] {
  return [`kde-apps/${group}-one`, `kde-apps/${group}-two`];
}

export function kdeSets(change: KdeChange = {}): Sets {
  const current = change.frameworks ?? '6.20';
  const sets: Sets = {
    'kde-gear': ['@kde-gear-25.12'],
    'kde-plasma': ['# The release that upstream supports', '@kde-plasma-6.6', 'kde-misc/plasma-extra'],
    'kde-frameworks': [`@kde-frameworks-${current}`],
    'kde-standard': ['@kde-plasma', '@kde-frameworks', '', '@kde-gear-utils'],
    'kde-live': ['@kde-plasma-live', '@kde-frameworks-live', '@kde-gear-live'],
    'kde-deps': ['kde-misc/plasma-extra:0'],
    'kde-extras': ['kde-misc/plasma-extra'],
    'kde-minimal': ['@kde-frameworks-tier1', 'kde-plasma/kwin'],
    'kde-release': ['@kde-standard', '@kde-gear'],
  };
  for (const group of groups) sets[`kde-gear-${group}`] = [`@kde-gear-${group}-25.12`];
  for (const series of gear) {
    sets[`kde-gear-${series}`] = groups.map(group => `@kde-gear-${group}-${series}`);
    for (const group of groups)
      sets[`kde-gear-${group}-${series}`] = gearPackages(group).map((cp, at) => entry(cp, series, at === 1));
  }
  const gone = new Set(change.removed);
  for (const series of plasma) {
    const names = series === '6.6' ? [...plasmaPackages, ...(change.added ?? [])] : plasmaPackages;
    const members = names
      .filter(name => series !== '6.6' || !gone.has(name))
      .map(name => `kde-plasma/${name}`);
    sets[`kde-plasma-${series}`] = members.map(cp => entry(cp, series));
    sets[`kde-plasma-mobile-${series}`] = [`@kde-plasma-${series}`, 'kde-misc/plasma-extra'];
  }
  if (change.line !== undefined) sets['kde-plasma-6.6']?.push(change.line);
  for (const [tier, pair] of [0, 2, 4].entries()) {
    const name = `kde-frameworks-tier${tier + 1}`;
    sets[name] = [`@${name}-${current}`];
    for (const series of frameworks)
      sets[`${name}-${series}`] = frameworkPackages
        .slice(pair, pair + 2)
        .map(one => entry(`kde-frameworks/${one}`, series, true));
  }
  for (const series of frameworks)
    sets[`kde-frameworks-${series}`] = [1, 2, 3].map(tier => `@kde-frameworks-tier${tier}-${series}`);
  sets['kde-plasma-mobile'] = ['@kde-plasma-mobile-6.6'];
  for (const name of change.without ?? []) delete sets[name];
  return sets;
}

/** cpvs: two series of each and the live ones, the current release first. */
function ebuilds(change: KdeChange): string[] {
  const plasmas = [...plasmaPackages, ...(change.added ?? [])].flatMap(name =>
    ['6.5.4', '6.6.2', '6.7.0', '9999'].map(version => `kde-plasma/${name}-${version}`),
  );
  const frames = frameworkPackages.flatMap(name =>
    ['6.19.0', '6.20.0', '6.21.0', '9999'].map(version => `kde-frameworks/${name}-${version}`),
  );
  const apps = groups.flatMap(group =>
    gearPackages(group).flatMap(cp => ['25.08.0', '25.12.0', '9999'].map(version => `${cp}-${version}`)),
  );
  return [...plasmas, ...frames, ...apps, 'kde-misc/plasma-extra-1'];
}

function kdeFiles(change: KdeChange): RepositoryFiles {
  const sets = kdeSets(change);
  const files = new Map(skeletonFiles({ name: 'kde', masters: ['testbed'], sets }));
  for (const cpv of ebuilds(change)) {
    const [category, pf] = cpv.split('/') as [string, string];
    const declaration = pf.endsWith('-9999') ? { KEYWORDS: '', PROPERTIES: 'live' } : {};
    const text = ebuildText(declaration);
    files.set(`${category}/${pf.replace(/-[\d.]+$/, '')}/${pf}.ebuild`, text);
    files.set(`metadata/md5-cache/${cpv}`, md5CacheEntry(declaration, text) ?? '');
  }
  files.set('profiles/categories', lines(['kde-apps', 'kde-frameworks', 'kde-misc', 'kde-plasma']));
  return files;
}

/** Makes the repository, or changes it to what upstream has made of it. */
export async function writeKdeOverlay(location: string, change: KdeChange = {}): Promise<void> {
  await writeRepository(location, kdeFiles(change));
}
