/** sets.conf of Portage, of repositories and of the user: portage(5); portage._sets.SetConfig. */
import { type ConfigFile, interpolated, parseConfigSections } from './config-parser.ts';
import type { Parsed } from './text.ts';

/** What `%(EPREFIX)s` and its like stand for. The directories end in a slash, EPREFIX does not. */
export interface SetsConfVariables {
  readonly EPREFIX: string;
  readonly EROOT: string;
  readonly PORTAGE_CONFIGROOT: string;
  readonly ROOT: string;
}

export interface SetsSection {
  readonly name: string;
  /** Name of the file that mentions it first, which gives it its place. */
  readonly file: string;
  /** Below portage._sets: `files.StaticFileSet`; as written where it is none of Portage's own. */
  readonly className: string;
  readonly multiset: boolean;
  readonly worldCandidate: boolean;
  /** Not all of its options can be read. */
  readonly partial: boolean;
  /** Every option, those of DEFAULT included, names in lower case. */
  readonly options: ReadonlyMap<string, string>;
}

export interface SetsConf {
  /** In the order in which Portage makes the sets: of two equal names the later one holds. */
  readonly sections: readonly SetsSection[];
}

const booleans = new Map([
  ['1', true],
  ['yes', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['no', false],
  ['false', false],
  ['off', false],
]);

/** The files in Portage's order. Any problem means that no emerge runs at all: Portage ends with a traceback. */
export function parseSetsConf(files: readonly ConfigFile[], variables: SetsConfVariables): Parsed<SetsConf> {
  const problems: string[] = [];
  const config = parseConfigSections(files, { ...variables }, problems);
  const first = new Map<string, string>();
  for (const file of files) {
    for (const name of parseConfigSections([file], {}, []).sections.keys())
      if (!first.has(name)) first.set(name, file.name);
  }
  const sections = [...config.sections.keys()].map(name => {
    const before = problems.length;
    const options = interpolated(config, name, problems);
    const partial = problems.length > before;
    const truth = (option: string) => {
      const word = options.get(option);
      const value = word === undefined ? false : booleans.get(word.toLowerCase());
      if (value === undefined) problems.push(`${name}: ${option}: '${word}' is neither true nor false`);
      return value ?? false;
    };
    return {
      name,
      file: first.get(name) ?? '',
      className: shortClass(options.get('class') ?? 'portage._sets.files.StaticFileSet'),
      multiset: truth('multiset'),
      worldCandidate: truth('world-candidate'),
      partial,
      options,
    };
  });
  return { value: { sections }, problems };
}

function shortClass(name: string): string {
  return name.replace(/^portage\._?sets\./, '');
}

/** `directory` or `filename` with `${repository:NAME}` replaced; undefined where that repository is unknown. */
export function repositoryPath(
  path: string,
  location: (repository: string) => string | undefined,
): string | undefined {
  // as greedy as Portage is
  const name = /\$\{repository:(.+)\}/.exec(path)?.[1];
  if (name === undefined) return path;
  const found = location(name);
  return found === undefined ? undefined : path.replace(/\$\{repository:(.+)\}/, () => found);
}

/** The name of the set in this file of a multiset's directory; undefined where name_pattern has no place for it. */
export function multisetName(section: SetsSection, file: string): string | undefined {
  const pattern = section.options.get('name_pattern') ?? namePlace;
  if (!pattern.includes('$name') && !pattern.includes(namePlace)) return undefined;
  return pattern.replaceAll('$name', () => file).replaceAll(namePlace, () => file);
}

const namePlace = '$'.concat('{name}');
