/** `lintRepositorySets`: whether the sets that a repository ships are safe for everybody who has it. */
import { existsSync, readlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { parseLayoutConf, validRepoName } from '../portage/files/layout-conf.ts';
import { isSetName, parseSetFile, type SetText } from '../portage/files/set-file.ts';
import { splitLines, strip } from '../portage/files/text.ts';
import { isPortageSet } from '../portage/portage-sets.ts';
import { setDirectoryFiles } from '../system/config-files.ts';
import { Fault } from '../system/fault.ts';
import { lstatIfPresent, statIfPresent } from '../system/files.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { filesBelow } from '../system/tree.ts';
import { lintSetsConf } from './sets-conf-lint.ts';
import { setsConfText } from './skeleton.ts';

export interface RepositorySetProblem {
  /** Of the set, where it is about one. */
  readonly set?: string;
  /** Absolute. */
  readonly path: string;
  /** From 1; 0 for the file as a whole. */
  readonly line: number;
  readonly code: string;
  /** Lower case, without the place; holds text of the file as it is. */
  readonly what: string;
  readonly hint: string;
}

/** What editors, merges and package managers leave beside a file. Portage takes most of them for sets. */
const leftover =
  /(~|^#.*#|^\.#.*|\.(bak|orig|rej|old|save|tmp|dpkg-\w+|rpm(new|save)|sw[a-p])|^\._cfg\d{4}_.*)$/;

/** Names by which no program stumbles, those of packages and versions (PMS 3.1). */
const plainName = /^[A-Za-z0-9_][\w+.:-]*(\/[A-Za-z0-9_][\w+.:-]*)*$/;

/** Empty where all is well. Fault: `directory` is none, or a file in it cannot be read. */
export function lintRepositorySets(directory: string): RepositorySetProblem[] {
  if (!statIfPresent(directory)?.isDirectory())
    throw new Fault('missing', `${directory}: no such directory`, { hint: 'ls -d /var/db/repos/*' });
  const problems: RepositorySetProblem[] = [];
  const name = repositoryName(directory);
  const conf = join(directory, 'sets.conf');
  const folder = join(directory, 'sets');
  if (name === undefined) {
    const path = join(directory, 'profiles/repo_name');
    problems.push({
      path,
      line: 0,
      code: 'no-name',
      what: 'the repository has no name',
      hint: `echo NAME > ${path}`,
    });
  } else if (lstatIfPresent(conf) !== undefined) problems.push(...confProblems(conf, name));
  else if (lstatIfPresent(folder) !== undefined) {
    const what = 'is missing, so nobody sees what is in sets/';
    problems.push({ path: conf, line: 0, code: 'no-conf', what, hint: confHint(conf, name) });
  }
  if (lstatIfPresent(folder) !== undefined) problems.push(...folderProblems(folder));
  else if (lstatIfPresent(conf) !== undefined)
    problems.push({
      path: folder,
      line: 0,
      code: 'no-sets',
      what: 'there is no such directory',
      hint: `mkdir ${folder}`,
    });
  return problems;
}

/** Names of the sets that Portage makes of the files in its sets/, sorted. */
export function repositorySets(directory: string): string[] {
  return setDirectoryFiles(join(directory, 'sets')).sort();
}

function confHint(path: string, name: string): string {
  return `printf '%s' '${setsConfText(name)}' > ${path}`.replaceAll('\n', '\\n').replace("'%s'", "'%b'");
}

/** As Portage finds it: repo-name of layout.conf, else profiles/repo_name. */
export function repositoryName(directory: string): string | undefined {
  const layout = parseLayoutConf(readOrdinaryText(join(directory, 'metadata/layout.conf')) ?? '').value;
  if (layout.repoName !== undefined) return layout.repoName;
  const [line = ''] = splitLines(readOrdinaryText(join(directory, 'profiles/repo_name')) ?? '');
  return validRepoName(strip(line));
}

function confProblems(path: string, name: string): RepositorySetProblem[] {
  const hint = confHint(path, name);
  if (!lstatIfPresent(path)?.isFile())
    return [{ path, line: 0, code: 'no-file', what: 'is no regular file', hint: `rm -r ${path}` }];
  return lintSetsConf(readOrdinaryText(path) ?? '', name).map(problem => ({ path, hint, ...problem }));
}

function folderProblems(folder: string): RepositorySetProblem[] {
  if (!lstatIfPresent(folder)?.isDirectory())
    return [
      { path: folder, line: 0, code: 'no-directory', what: 'is no directory', hint: `ls -ld ${folder}` },
    ];
  const problems: RepositorySetProblem[] = [];
  const texts = new Map<string, SetText>();
  for (const set of filesBelow(folder).sort()) {
    const path = join(folder, set);
    const complain = (code: string, what: string, hint: string, line = 0) =>
      problems.push({ set, path, line, code, what, hint });
    if (leftover.test(basename(set)))
      complain('leftover', 'is left over from an editor or a merge', `rm ${path}`);
    else if (basename(set).startsWith('.')) continue;
    else if (lstatIfPresent(path)?.isSymbolicLink())
      complain('link', `leads to ${readlinkSync(path)}: it could show any file of the machine`, `rm ${path}`);
    else if (!lstatIfPresent(path)?.isFile()) complain('no-file', 'is no regular file', `rm ${path}`);
    else if (/\.(use|accept_keywords)$/.test(set))
      complain('not-shipped', 'would be a set of its own to Portage', `git rm ${path}`);
    else if (set.endsWith('.metadata')) {
      const owner = set.slice(0, -'.metadata'.length);
      if (!existsSync(join(folder, owner))) complain('orphan', `there is no set '${owner}'`, `rm ${path}`);
    } else {
      const text = parseSetFile(readOrdinaryText(path) ?? '');
      texts.set(set, text);
      const shadowed = isPortageSet(set);
      if (shadowed) complain('builtin', `@${set} is a set of Portage's own`, `mv ${path} ${path}-set`);
      else if (!isSetName(set) || !plainName.test(set))
        complain('name', `'${set}' is no name for a set`, `mv '${path}' …`);
      for (const { code, what, line } of text.problems)
        complain(code, what, `$EDITOR +${line} ${path}`, line);
      for (const { code, what, line } of ownSyntax(text))
        complain(code, what, `$EDITOR +${line} ${path}`, line);
      if (text.problems.length === 0 && text.entries.length === 0)
        complain('empty', 'is empty: depclean would remove what those who selected it have', `rm ${path}`);
    }
  }
  return [...problems, ...nestingProblems(folder, texts)];
}

/** Lines that only tumpline reads: Portage drops them, and a repository is for everybody. */
function ownSyntax(text: SetText): { line: number; code: string; what: string }[] {
  if (text.native) return [];
  return text.entries.flatMap(entry => {
    const { kind, line } = entry;
    if (kind === 'atom' || (kind === 'set' && !/[-+/]@/.test(entry.name))) return [];
    return [
      { line, code: 'own-syntax', what: `Portage drops this line (${kind}); only tumpline reads such` },
    ];
  });
}

function nestingProblems(folder: string, texts: ReadonlyMap<string, SetText>): RepositorySetProblem[] {
  const nested = (set: string) =>
    (texts.get(set)?.entries ?? []).flatMap(entry => (entry.kind === 'set' ? [entry] : []));
  const problems: RepositorySetProblem[] = [];
  for (const set of texts.keys())
    for (const { name, line } of nested(set)) {
      const path = join(folder, set);
      const complain = (code: string, what: string) =>
        problems.push({ set, path, line, code, what, hint: `$EDITOR +${line} ${path}` });
      if (/[-+/]@/.test(name)) continue;
      if (!texts.has(name) && !isPortageSet(name))
        complain('unknown-set', `'@${name}' is no set of this repository: with it emerge refuses the set`);
      else if (reaches(name, set, nested)) complain('cycle', `'@${name}' leads back to '@${set}'`);
    }
  return problems;
}

function reaches(from: string, to: string, nested: (set: string) => { name: string }[]): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let set = waiting.pop(); set !== undefined; set = waiting.pop()) {
    if (set === to) return true;
    if (seen.has(set)) continue;
    seen.add(set);
    waiting.push(...nested(set).map(({ name }) => name));
  }
  return false;
}
