/** Which repositories there are, and in what order they count: portage(5) under repos.conf; portage.repository.config.RepoConfigLoader. PORTDIR and PORTDIR_OVERLAY, long deprecated, are not regarded. */
import { type LayoutConf, validRepoName } from './files/layout-conf.ts';
import type { ReposConf, RepositorySection } from './files/repos-conf.ts';
import { type Parsed, strip } from './files/text.ts';

/** What stands at a location; without a directory there is none. */
export interface RepositoryDirectory {
  /** Absolute, links resolved. */
  readonly path: string;
  /** First line of profiles/repo_name; undefined where there is no such file. */
  readonly repoName: string | undefined;
  /** Of metadata/layout.conf, or of an empty text. */
  readonly layout: LayoutConf;
}

interface Repository {
  readonly name: string;
  /** Absolute, links resolved. */
  readonly location: string;
  readonly priority: number;
  /** Names. Eclasses and profiles of a later one win over those of an earlier one. */
  readonly masters: readonly string[];
  readonly aliases: readonly string[];
  /** Roots of the repositories whose eclasses it uses; a later one wins. */
  readonly eclassLocations: readonly string[];
  readonly layout: LayoutConf;
  readonly section: RepositorySection;
}

export interface Repositories {
  readonly main?: Repository;
  /** Lowest priority first. */
  readonly order: readonly Repository[];
  /** By name and by alias. */
  readonly byName: ReadonlyMap<string, Repository>;
}

type Draft = Omit<Repository, 'masters' | 'eclassLocations' | 'priority'> & {
  readonly exists: boolean;
  priority: number | undefined;
  masters: readonly string[] | undefined;
};

/** `look` answers for a location as it is written in repos.conf. */
export function arrangeRepositories(
  conf: ReposConf,
  look: (location: string) => RepositoryDirectory | undefined,
): Parsed<Repositories> {
  const problems: string[] = [];
  const drafts = new Map<string, Draft>();
  for (const section of conf.accepted ? conf.sections : []) {
    const draft = readSection(section, look, problems);
    if (draft) drafts.set(section.name, draft);
  }
  addAliases(drafts, problems);
  const mainDraft = drafts.get(conf.mainRepo ?? '');
  if (mainDraft) mainDraft.priority ??= -1000;
  for (const [key, draft] of drafts) {
    // the key may be an alias, which Portage takes for another repository than the main one
    draft.masters ??= mainDraft && key !== mainDraft.name ? [mainDraft.name] : [];
    draft.masters = draft.masters.flatMap(name => {
      const master = drafts.get(name);
      if (!master) problems.push(`${draft.name}: master ${name} is not available`);
      return master ? [master.name] : [];
    });
  }
  const finished = new Map<Draft, Repository>();
  for (const draft of drafts.values()) finished.set(draft, finish(draft, drafts, problems));
  const byName = new Map([...drafts].map(([name, draft]) => [name, finished.get(draft)!]));
  const main = mainDraft && finished.get(mainDraft);
  const order = [...drafts]
    .filter(([key, draft]) => key === draft.name && draft.exists)
    .map(([, draft]) => finished.get(draft)!)
    .sort((a, b) => a.priority - b.priority || (a.name < b.name ? -1 : 1));
  return { value: { ...(main ? { main } : {}), order, byName }, problems };
}

function readSection(
  section: RepositorySection,
  look: (location: string) => RepositoryDirectory | undefined,
  problems: string[],
): Draft | undefined {
  const { location } = section;
  if (location === undefined) {
    problems.push(`${section.name}: no location`);
    return undefined;
  }
  const directory = look(location);
  const name = directory ? nameIn(directory, section.name) : section.name;
  if (!directory) {
    problems.push(`${section.name}: no directory ${location}`);
    // its first sync may be still to come
    if (name !== 'gentoo') return undefined;
  }
  const layout = directory?.layout ?? emptyLayout;
  const aliases = [...layout.aliases, ...section.aliases];
  if (name !== section.name && !aliases.includes(section.name)) {
    problems.push(`${section.name}: the repository itself says that it is ${name}`);
    return undefined;
  }
  const { priority } = section;
  const masters = section.masters ?? layout.masters;
  const exists = directory !== undefined;
  return { name, location: directory?.path ?? location, priority, masters, aliases, layout, section, exists };
}

function nameIn(directory: RepositoryDirectory, sectionName: string): string {
  if (directory.layout.repoName !== undefined) return directory.layout.repoName;
  if (directory.repoName === undefined) return sectionName;
  const base = directory.path.slice(directory.path.lastIndexOf('/') + 1);
  return validRepoName(strip(directory.repoName)) ?? validRepoName(`x-${base}`) ?? sectionName;
}

/** A name never gives way to an alias. */
function addAliases(drafts: Map<string, Draft>, problems: string[]): void {
  for (const [key, draft] of [...drafts]) {
    for (const name of new Set([draft.name, ...stacked(draft.aliases)])) {
      if (name === key) continue;
      if (drafts.has(name)) problems.push(`${key}: ${name} is another repository already`);
      else drafts.set(name, draft);
    }
  }
}

/** Incremental: -name takes one away, -* all. */
function stacked(aliases: readonly string[]): Set<string> {
  const result = new Set<string>();
  for (const alias of aliases) {
    if (alias === '-*') result.clear();
    else if (alias.startsWith('-')) result.delete(alias.slice(1));
    else result.add(alias);
  }
  return result;
}

function finish(draft: Draft, drafts: ReadonlyMap<string, Draft>, problems: string[]): Repository {
  const { exists: _, ...known } = draft;
  const masters = draft.masters ?? [];
  const locations = masters.map(name => drafts.get(name)?.location ?? '');
  if (!locations.includes(draft.location)) locations.push(draft.location);
  for (const name of draft.section.eclassOverrides) {
    const other = drafts.get(name);
    if (other) locations.push(other.location);
    else problems.push(`${draft.name}: eclass-overrides ${name} is not available`);
  }
  return { ...known, priority: draft.priority ?? 0, masters, eclassLocations: locations };
}

const emptyLayout: LayoutConf = {
  aliases: [],
  cacheFormats: [],
  eapisBanned: [],
  eapisDeprecated: [],
  thinManifests: false,
  signManifests: true,
  signCommits: false,
  updateChangelog: false,
  useManifests: 'strict',
};
