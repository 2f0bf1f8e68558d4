/** What an ebuild repository begins with: PMS 4 and portage(5), and the one form of sets.conf that runs nothing. */
import { validRepoName } from '../portage/files/layout-conf.ts';
import { portageSetSections } from '../portage/portage-sets.ts';
import { Fault } from '../system/fault.ts';
import { printable } from '../system/printable.ts';
import type { RepositoryFiles } from './writer.ts';

export interface SkeletonOptions {
  /** Of the repository, as in profiles/repo_name. */
  readonly name: string;
  /** Default: the main repository of Gentoo. */
  readonly masters?: readonly string[];
  /** Lines of metadata/layout.conf besides, or instead of the usual ones. */
  readonly layout?: Readonly<Record<string, string>>;
  /** Name of a set -> its lines. Without any there is no sets.conf. */
  readonly sets?: Readonly<Record<string, readonly string[]>>;
}

/** The section: two repositories that call theirs the same would have one of them forgotten by Portage. */
function setsSection(name: string): string {
  return portageSetSections.has(name) ? `${name} sets` : name;
}

/** The five lines with which a repository ships the files in its sets/ as sets. */
export function setsConfText(name: string): string {
  return `[${setsSection(name)}]
class = portage.sets.files.StaticFileSet
multiset = true
directory = \${repository:${name}}/sets/
world-candidate = true
`;
}

/** Paths below the repository. Fault: `invalid`, a name that Portage would change. */
export function skeletonFiles(options: SkeletonOptions): RepositoryFiles {
  const { name, sets = {} } = options;
  if (validRepoName(name) !== name)
    throw new Fault('invalid', `${printable(name)}: no name for a repository`, {
      hint: 'letters, digits, _ and -, the first one no -',
    });
  const layout = {
    masters: (options.masters ?? ['gentoo']).join(' '),
    'thin-manifests': 'true',
    'sign-manifests': 'false',
    'cache-formats': 'md5-dict',
    'profile-formats': 'portage-2',
    ...options.layout,
  };
  const files = new Map([
    ['metadata/layout.conf', lines(Object.entries(layout).map(([key, value]) => `${key} = ${value}`.trim()))],
    ['profiles/eapi', '8\n'],
    ['profiles/repo_name', `${name}\n`],
  ]);
  if (Object.keys(sets).length > 0) files.set('sets.conf', setsConfText(name));
  for (const [set, content] of Object.entries(sets)) files.set(`sets/${set}`, lines(content));
  return files;
}

function lines(content: readonly string[]): string {
  return content.map(line => `${line}\n`).join('');
}
