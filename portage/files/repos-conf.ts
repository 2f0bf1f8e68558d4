/** etc/portage/repos.conf: portage(5); portage.repository.config.RepoConfigLoader._parse. */
import { type ConfigFile, interpolated, parseConfigSections } from './config-parser.ts';
import { type Parsed, pythonInt, strip, words } from './text.ts';

/** What `%(EPREFIX)s` and its like stand for. The directories end in a slash, EPREFIX does not. */
export interface ReposConfVariables {
  readonly EPREFIX: string;
  readonly EROOT: string;
  readonly PORTAGE_CONFIGROOT: string;
  readonly ROOT: string;
  /** PORTAGE_RSYNC_EXTRA_OPTS of make.conf, the default of sync-rsync-extra-opts. */
  readonly 'sync-rsync-extra-opts'?: string;
}

export interface ReposConf {
  readonly mainRepo?: string;
  /** In the order of their first mention. */
  readonly sections: readonly RepositorySection[];
  /** False: Portage reports an error and goes on as if there were no repos.conf. */
  readonly accepted: boolean;
}

export interface RepositorySection {
  readonly name: string;
  /** As written; absent or empty: Portage drops the section. */
  readonly location?: string;
  readonly priority?: number;
  /** Absent: those of layout.conf. */
  readonly masters?: readonly string[];
  readonly aliases: readonly string[];
  readonly eclassOverrides: readonly string[];
  readonly force: readonly string[];
  readonly autoSync: string;
  readonly syncType?: string;
  readonly syncUri?: string;
  readonly syncUser?: string;
  readonly syncUmask?: string;
  readonly syncDepth?: string;
  readonly cloneDepth?: string;
  readonly syncHooksOnlyOnChange: boolean;
  /** Absent: Portage guesses by the owner of the location. */
  readonly volatile?: boolean;
  /** Every option, those of DEFAULT included, names in lower case. */
  readonly options: ReadonlyMap<string, string>;
}

/** The files in Portage's order: its own default file, then those below etc/portage/repos.conf sorted by name. */
export function parseReposConf(
  files: readonly ConfigFile[],
  variables: ReposConfVariables,
): Parsed<ReposConf> {
  const problems: string[] = [];
  const config = parseConfigSections(files, { 'sync-rsync-extra-opts': '', ...variables }, problems);
  const sections = [...config.sections.keys()].map(name =>
    repositorySection(name, interpolated(config, name, problems)),
  );
  const mainRepo = config.defaults.get('main-repo');
  const accepted = problems.length === 0;
  return { value: { ...(mainRepo === undefined ? {} : { mainRepo }), sections, accepted }, problems };
}

function repositorySection(name: string, options: ReadonlyMap<string, string>): RepositorySection {
  const text = <K extends string>(property: K, option: string) => {
    const found = strip(options.get(option) ?? '');
    return (found === '' ? {} : { [property]: found }) as { [P in K]?: string };
  };
  const yes = (option: string) => ['true', 'yes'].includes((options.get(option) ?? '').toLowerCase());
  const location = options.get('location');
  const priority = pythonInt(options.get('priority') ?? '');
  const masters = options.get('masters');
  const volatile = options.get('volatile');
  return {
    name,
    ...(location === undefined || strip(location) === '' ? {} : { location }),
    ...(priority === undefined ? {} : { priority }),
    ...(masters === undefined ? {} : { masters: words(masters) }),
    aliases: words(options.get('aliases') ?? ''),
    eclassOverrides: words(options.get('eclass-overrides') ?? ''),
    force: words(options.get('force') ?? ''),
    autoSync: strip(options.get('auto-sync') ?? 'yes').toLowerCase(),
    ...text('syncType', 'sync-type'),
    ...text('syncUri', 'sync-uri'),
    ...text('syncUser', 'sync-user'),
    ...text('syncUmask', 'sync-umask'),
    ...text('syncDepth', 'sync-depth'),
    ...text('cloneDepth', 'clone-depth'),
    syncHooksOnlyOnChange: yes('sync-hooks-only-on-change'),
    ...(volatile === undefined ? {} : { volatile: volatile === 'true' || volatile === 'yes' }),
    options,
  };
}
