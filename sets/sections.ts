/** Which sets the sections of all sets.conf make, and from what: portage._sets.SetConfig._parse. */
import { join } from 'node:path';
import { multisetName, repositoryPath, type SetsSection } from '../portage/files/sets-conf.ts';
import { setDirectoryFiles } from '../system/config-files.ts';

/** Where a set comes from, before it is settled which one of equal names holds. */
export interface MadeSet {
  readonly name: string;
  readonly section: SetsSection;
  /** Of a file's set. */
  readonly path?: string;
  /** In a multiset's directory: the path below it. */
  readonly file?: string;
}

export interface MadeSection {
  readonly section: SetsSection;
  readonly sets: readonly MadeSet[];
  /** The directory of a multiset of files. */
  readonly directory?: string;
  /** A pattern for names that only Portage knows: `$category/*`. */
  readonly pattern?: RegExp;
  /** Why there are none. */
  readonly problem?: string;
}

/** The section of the user's own sets. */
export const usersets = 'usersets';

const fileClass = 'files.StaticFileSet';

/** What stands beside a set's file and is no set. */
const companions = ['.use', '.accept_keywords'];

/** Whether this is a file of another set's own flags or keywords; Portage by itself takes it for a set. */
export function isCompanion(file: string, present: ReadonlySet<string>): boolean {
  return companions.some(end => file.endsWith(end) && present.has(file.slice(0, -end.length)));
}

/** Names of the sets below a directory, each with its path. */
export function setsBelow(directory: string): Map<string, string> {
  const files = setDirectoryFiles(directory);
  const present = new Set(files);
  const below = join(directory, '/');
  return new Map(files.filter(file => !isCompanion(file, present)).map(file => [file, below + file]));
}

/** `location` answers for a repository's name, `configRoot` ends in a slash. */
export function makeSection(
  section: SetsSection,
  configRoot: string,
  location: (repository: string) => string | undefined,
): MadeSection {
  const { options, className, multiset } = section;
  // what it says of the place may be what cannot be read; that of the user's sets is known all the same
  if (section.partial && section.name !== usersets) return { section, sets: [] };
  const single = options.get('name') ?? section.name;
  if (className === fileClass && multiset) {
    const written = options.get('directory') ?? join(configRoot, 'etc/portage/sets');
    const directory = repositoryPath(written, location);
    if (directory === undefined) return { section, sets: [], problem: `no such repository in ${written}` };
    if (multisetName(section, '') === undefined)
      return { section, sets: [], problem: 'name_pattern has no place for the name' };
    const sets = [...setsBelow(directory)].map(([file, path]) => ({
      name: multisetName(section, file) ?? file,
      section,
      path,
      file,
    }));
    return { section, sets, directory };
  }
  if (className === fileClass) {
    const written = options.get('filename');
    const path = written === undefined ? undefined : repositoryPath(written, location);
    if (path !== undefined) return { section, sets: [{ name: single, section, path }] };
    return { section, sets: [], problem: written ? `no such repository in ${written}` : 'no filename' };
  }
  if (!multiset) return { section, sets: [{ name: single, section }] };
  if (className === 'files.ConfigFileSet') return { section, sets: configFileSets(section) };
  const pattern = categoryPattern(options.get('name_pattern') ?? '$category/*');
  return className === 'dbapi.CategorySet' ? { section, sets: [], pattern } : { section, sets: [] };
}

function configFileSets(section: SetsSection): MadeSet[] {
  const pattern = section.options.get('name_pattern') ?? 'sets/package_$suffix';
  return ['keywords', 'use', 'mask', 'unmask'].map(suffix => ({
    name: pattern.replaceAll('$suffix', suffix).replaceAll('$'.concat('{suffix}'), suffix),
    section,
  }));
}

function categoryPattern(pattern: string): RegExp {
  const [head = '', ...rest] = pattern.split(/\$category|\$\{category\}/);
  const quoted = [head, ...rest].map(part => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${quoted.join('[\\w+.-]+')}$`);
}
