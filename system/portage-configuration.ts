/** What Portage's own configuration says, read from its files without starting it: make.conf, repositories. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { parseLayoutConf } from '../portage/files/layout-conf.ts';
import { parseMakeConf } from '../portage/files/make-conf.ts';
import { parseReposConf } from '../portage/files/repos-conf.ts';
import { arrangeRepositories, type Repositories } from '../portage/repositories.ts';
import { configFiles } from './config-files.ts';
import { statIfPresent } from './files.ts';
import type { Located } from './locate.ts';
import { readOrdinaryText } from './ordinary-file.ts';

/** What `%(EPREFIX)s` and its like stand for in repos.conf and sets.conf. */
export function rootVariables(located: Located): {
  EPREFIX: string;
  EROOT: string;
  PORTAGE_CONFIGROOT: string;
  ROOT: string;
} {
  const slashed = (path: string) => (path.endsWith('/') ? path : `${path}/`);
  return {
    EPREFIX: located.eprefix,
    EROOT: slashed(located.eroot),
    PORTAGE_CONFIGROOT: slashed(located.configRoot),
    ROOT: slashed(located.root),
  };
}

/** EPREFIX/usr/share/portage/config, or where a Portage out of a Python package has it. */
export function globalConfiguration(located: Located): string {
  const usual = join('/', located.eprefix, 'usr/share/portage/config');
  const other = join('/', located.eprefix, 'share/portage/config');
  return existsSync(usual) || !existsSync(other) ? usual : other;
}

export interface MakeConfVariables {
  /** The files that were read, those sourced among them. */
  readonly files: readonly string[];
  readonly variables: ReadonlyMap<string, string>;
}

/** etc/make.conf and then etc/portage/make.conf, each a file or a directory. */
export function makeConfVariables(located: Located): MakeConfVariables {
  const files: string[] = [];
  const values = new Map<string, string>(Object.entries(rootVariables(located)));
  const variables = new Map<string, string>();
  const [old, modern] = ['etc/make.conf', 'etc/portage/make.conf'].map(name =>
    join(located.configRoot, name),
  );
  const one = existsSync(old!) && existsSync(modern!) && realpathSync(old!) === realpathSync(modern!);
  for (const path of [...(one ? [] : configFiles(old!)), ...configFiles(modern!)]) {
    const read = (name: string) => {
      const text = readOrdinaryText(name);
      if (text !== undefined) files.push(name);
      return text;
    };
    const { value } = parseMakeConf(read(path) ?? '', { path, source: read, variables: values });
    for (const [name, text] of value.variables) {
      values.set(name, text);
      variables.set(name, text);
    }
  }
  return { files, variables };
}

/** By repos.conf; PORTAGE_REPOSITORIES in the environment stands in its place, as in Portage. */
export function configuredRepositories(
  located: Located,
  environment: NodeJS.ProcessEnv = process.env,
): Repositories {
  const given = environment['PORTAGE_REPOSITORIES'];
  const paths = [
    join(globalConfiguration(located), 'repos.conf'),
    join(located.configRoot, 'etc/portage/repos.conf'),
  ].flatMap(configFiles);
  const files =
    given === undefined
      ? paths.map(name => ({ name, text: readOrdinaryText(name) ?? '' }))
      : [{ name: 'PORTAGE_REPOSITORIES', text: given }];
  return arrangeRepositories(parseReposConf(files, rootVariables(located)).value, location => {
    if (!statIfPresent(location)?.isDirectory()) return undefined;
    const path = realpathSync(location);
    return {
      path,
      repoName: readOrdinaryText(join(path, 'profiles/repo_name'))?.split('\n')[0],
      layout: parseLayoutConf(readOrdinaryText(join(path, 'metadata/layout.conf')) ?? '').value,
    };
  }).value;
}
