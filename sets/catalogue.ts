/** Which sets there are and where each comes from, read from files alone. */
import { join } from 'node:path';
import { multisetName, parseSetsConf } from '../portage/files/sets-conf.ts';
import { splitLines, words } from '../portage/files/text.ts';
import { setsConfFiles } from '../system/config-files.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import {
  configuredRepositories,
  globalConfiguration,
  makeConfVariables,
  rootVariables,
} from '../system/portage-configuration.ts';
import { printable } from '../system/printable.ts';
import { type MadeSection, type MadeSet, makeSection, setsBelow, usersets } from './sections.ts';

export interface SetSource {
  readonly name: string;
  /** `builtin`: a class of Portage's own, `other`: somebody else's. */
  readonly kind: 'file' | 'builtin' | 'command' | 'other';
  /** The source file of a `file`, and where that is below its set directory. */
  readonly path?: string;
  readonly file?: string;
  /** `user`: below USER_SETS_PATH; `section`: of the user's own sets.conf. */
  readonly origin: 'user' | 'repository' | 'portage' | 'section';
  readonly repository?: string;
  readonly section: string;
  /** Below portage._sets, `files.StaticFileSet`. */
  readonly className: string;
  readonly worldCandidate: boolean;
  readonly description?: string | undefined;
  /** Paths, or names of repositories, that have a set of this name as well and give way. */
  readonly shadows: readonly string[];
  /** Portage itself takes this very file, or this very section, under this name, without our generated sets. */
  readonly native: boolean;
  /** Of its section in sets.conf, names in lower case. */
  readonly options: ReadonlyMap<string, string>;
}

export interface CatalogueProblem {
  readonly path: string;
  readonly line?: number;
  /** The set that it makes unsafe; none where it is only worth a word. */
  readonly set?: string;
  readonly code: string;
  readonly what: string;
}

export interface Catalogue {
  readonly sets: ReadonlyMap<string, SetSource>;
  /** Those of USER_SETS_PATH, the first wins. */
  readonly directories: readonly string[];
  /** Where Portage looks for the user's sets by itself. */
  readonly usual: string | undefined;
  /** What make.conf sets. */
  readonly variables: ReadonlyMap<string, string>;
  /** USER_SETS_PATH as make.conf sets it. */
  readonly userSetsPath: string | undefined;
  /** The directory that `tumpline enable sets` makes Portage read. */
  readonly generated: string;
  readonly enabled: boolean;
  /** Names that only Portage can list: the sets of its CategorySet. */
  readonly patterns: readonly RegExp[];
  /** Lowest priority first. */
  readonly repositories: readonly { readonly name: string; readonly location: string }[];
  readonly mainRepository: string | undefined;
  /** Those that repositories make, in order. */
  readonly sections: readonly MadeSection[];
  /** Every file that was read to find the sets: make.conf, sets.conf. */
  readonly files: readonly string[];
  readonly problems: readonly CatalogueProblem[];
}

/** Sections whose file of that name `tumpline enable sets` writes into sets.conf. */
export const enablingFile = 'zz-tumpline.conf';

export function setsState(located: Located): string {
  return join(located.eroot, 'var/lib/tumpline/sets');
}

export function setsConf(located: Located): string {
  return join(located.configRoot, 'etc/portage/sets.conf');
}

const rank = { portage: 0, repository: 1, user: 2, section: 3 } as const;

interface Candidate extends MadeSet {
  readonly origin: SetSource['origin'];
  readonly repository?: string;
}

/** Faults: a file of the configuration that cannot be read. */
export function readCatalogue(located: Located, environment: NodeJS.ProcessEnv = process.env): Catalogue {
  const problems: CatalogueProblem[] = [];
  const makeConf = makeConfVariables(located);
  const arranged = configuredRepositories(located, environment);
  const location = (name: string) => arranged.byName.get(name)?.location;
  const own = join(setsConf(located), enablingFile);
  const ofPortage = setsConfFiles(join(globalConfiguration(located), 'sets'));
  const ofRepositories = new Map(
    arranged.order.flatMap(repository =>
      setsConfFiles(join(repository.location, 'sets.conf')).map(path => [path, repository.name]),
    ),
  );
  const ofUser = setsConfFiles(setsConf(located));
  const paths = [...ofPortage, ...ofRepositories.keys(), ...ofUser].filter(path => path !== own);
  const files = paths.map(name => ({ name, text: readOrdinaryText(name) ?? '' }));
  const conf = parseSetsConf(files, rootVariables(located));
  for (const what of conf.problems) problems.push({ path: 'sets.conf', code: 'sets-conf', what });
  const originOf = (path: string) =>
    ofRepositories.has(path) ? 'repository' : ofPortage.includes(path) ? 'portage' : 'section';
  const root = rootVariables(located).PORTAGE_CONFIGROOT;
  const made = conf.value.sections.map(section => makeSection(section, root, location));
  for (const { section, problem } of made) {
    if (problem !== undefined)
      problems.push({ path: section.file, code: 'section', what: `[${section.name}]: ${problem}` });
  }
  const natively = new Map(made.flatMap(({ sets }) => sets.map(set => [set.name, set] as const)));
  const userSection = made.find(({ section }) => section.name === usersets);
  const userSetsPath = makeConf.variables.get('USER_SETS_PATH');
  const generated = join(setsState(located), 'generated');
  // somebody may have written our lines into a sets.conf of their own
  const byHand = userSection?.directory?.replace(/\/+$/, '') === generated;
  const enabled = byHand || (ofUser.includes(own) && pointsTo(generated, located, ofUser));
  const usual = byHand ? join(root, 'etc/portage/sets') : userSection?.directory;
  const directories = userDirectories(userSetsPath, usual, problems);
  const candidates = made.flatMap((one): Candidate[] => {
    if (one === userSection && one.directory !== undefined)
      return userSets(directories, one).map(set => ({ ...set, origin: 'user' }));
    const origin = originOf(one.section.file);
    const repository = ofRepositories.get(one.section.file);
    return one.sets.map(set => ({ ...set, origin, ...(repository === undefined ? {} : { repository }) }));
  });
  return {
    sets: settle(candidates, natively, problems),
    directories,
    usual,
    variables: makeConf.variables,
    userSetsPath,
    generated,
    enabled,
    patterns: made.flatMap(({ pattern }) => pattern ?? []),
    repositories: arranged.order.map(({ name, location }) => ({ name, location })),
    mainRepository: arranged.main?.name,
    sections: made.filter(one => ofRepositories.has(one.section.file)),
    files: [...makeConf.files, ...paths, ...(ofUser.includes(own) ? [own] : [])],
    problems,
  };
}

/** What in sets.conf ends every emerge call with a traceback; whole sentences for the user. */
export function unreadableConf({ problems }: Catalogue): string[] {
  return problems
    .filter(({ code }) => code === 'sets-conf')
    .map(({ what }) =>
      printable(`${what.startsWith('/') ? '' : 'sets.conf: '}${what}; Portage reads no set with it`),
    );
}

/** Whether [usersets] ends up there: a file behind ours may say otherwise. */
function pointsTo(directory: string, located: Located, ofUser: readonly string[]): boolean {
  const files = ofUser.map(name => ({ name, text: readOrdinaryText(name) ?? '' }));
  const { value } = parseSetsConf(files, rootVariables(located));
  const section = value.sections.find(({ name }) => name === usersets);
  return section?.options.get('directory')?.replace(/\/+$/, '') === directory;
}

/** USER_SETS_PATH parted at blanks and colons, else what [usersets] says. */
function userDirectories(
  path: string | undefined,
  usual: string | undefined,
  problems: CatalogueProblem[],
): string[] {
  const given = words((path ?? '').replaceAll(':', ' '));
  if (given.length === 0) return usual === undefined ? [] : [usual];
  for (const directory of given) {
    if (!directory.startsWith('/'))
      problems.push({ path: directory, code: 'relative', what: 'in USER_SETS_PATH, but not absolute' });
    else if (!statIfPresent(directory)?.isDirectory())
      problems.push({
        path: directory,
        code: 'no-directory',
        what: 'in USER_SETS_PATH, but no such directory',
      });
  }
  return [...new Set(given.filter(directory => directory.startsWith('/')))];
}

/** The first directory's last, since of equals the last one holds. */
function userSets(
  directories: readonly string[],
  { section, directory, sets }: MadeSection,
): readonly MadeSet[] {
  if (directories.length === 1 && directories[0] === directory) return sets;
  return [...directories].reverse().flatMap(one =>
    [...setsBelow(one)].map(([file, path]) => ({
      name: multisetName(section, file) ?? file,
      section,
      path,
      file,
    })),
  );
}

function settle(
  candidates: readonly Candidate[],
  natively: ReadonlyMap<string, MadeSet>,
  problems: CatalogueProblem[],
): Map<string, SetSource> {
  const byName = new Map<string, Candidate[]>();
  for (const one of candidates) {
    const others = byName.get(one.name);
    if (others) others.push(one);
    else byName.set(one.name, [one]);
  }
  const result = new Map<string, SetSource>();
  for (const [name, all] of byName) {
    const builtin = all.find(({ origin, path }) => origin === 'portage' && path === undefined);
    const taking = builtin ? all.filter(({ origin }) => origin === 'user' || origin === 'repository') : [];
    for (const { path = name } of taking)
      problems.push({ path, set: name, code: 'builtin', what: `@${name} is a set of Portage's own` });
    const left = taking.length === 0 ? all : all.filter(one => !taking.includes(one));
    const winner = left.reduce((best, one) => (rank[one.origin] >= rank[best.origin] ? one : best));
    const native = natively.get(name);
    const shadows = left
      .filter(one => one !== winner)
      .map(({ repository, path, section }) => repository ?? path ?? section.name);
    const isNative = native?.path === winner.path && native?.section.name === winner.section.name;
    result.set(name, sourceOf(winner, shadows, isNative));
  }
  return result;
}

function sourceOf(winner: Candidate, shadows: readonly string[], native: boolean): SetSource {
  const { name, section, path, file, origin, repository } = winner;
  let known: { readonly description: string | undefined } | undefined;
  return {
    name,
    kind: kindOf(section.className),
    ...(path === undefined ? {} : { path }),
    ...(file === undefined ? {} : { file }),
    origin,
    ...(repository === undefined ? {} : { repository }),
    section: section.name,
    className: section.className,
    worldCandidate: section.worldCandidate,
    options: section.options,
    shadows,
    native,
    // read when it is asked for: who only looks for mistakes does not
    get description() {
      known ??= { description: path === undefined ? undefined : descriptionBeside(path) };
      return known.description;
    },
  };
}

function kindOf(className: string): SetSource['kind'] {
  if (className === 'files.StaticFileSet') return 'file';
  if (className === 'shell.CommandOutputSet') return 'command';
  return /^(base|dbapi|files|libs|profiles|security|ProfilePackageSet)\.\w+$/.test(className)
    ? 'builtin'
    : 'other';
}

/** `description:` of NAME.metadata, as StaticFileSet reads it: all that stands below that line. */
function descriptionBeside(path: string): string | undefined {
  let text: string | undefined;
  try {
    text = readOrdinaryText(`${path}.metadata`);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
  }
  const lines = splitLines(text ?? '').flatMap(line => words(line.replace(/(^|\s)#.*/, '')).join(' ') || []);
  const key = lines.findIndex(line => line.endsWith(':'));
  if (lines[key]?.toLowerCase() !== 'description:') return undefined;
  return lines.slice(key + 1).join(' ');
}

/** The set of this name, without its @; `name:slot` is the file `name:slot`, else `name-slot`. */
export function findSet(catalogue: Catalogue, name: string): SetSource | undefined {
  const found = catalogue.sets.get(name);
  if (found !== undefined || !name.includes(':')) return found;
  const colon = name.lastIndexOf(':');
  return catalogue.sets.get(`${name.slice(0, colon)}-${name.slice(colon + 1)}`);
}
