/** NAME.use and NAME.accept_keywords beside a set's file, as files in package.use/ and package.accept_keywords/. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseAtom } from '../portage/atom.ts';
import { splitLines, words } from '../portage/files/text.ts';
import type { EvaluatedSet } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { removeFile, statIfPresent, writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import type { SetSource } from './catalogue.ts';
import type { SetComplaint } from './check.ts';

interface Problem {
  readonly set: string;
  readonly path: string;
  readonly line: number;
  readonly what: string;
  readonly hint: string;
}

interface Source {
  readonly name: string;
  /** The set's own file. */
  readonly path: string;
  /** Its atoms and those of the sets that it names; undefined where something is wrong in one: what was made stays. */
  readonly members: () => readonly string[] | undefined;
}

type Kind = 'use' | 'accept_keywords';

const kinds: readonly Kind[] = ['use', 'accept_keywords'];
/** Behind what most people call their files, so that a set's flags count; the name says whose it is. */
const prefix = 'zz-tumpline-set-';
const mark = '# made by tumpline from ';

function directoryOf(located: Pick<Located, 'configRoot'>, kind: Kind): string {
  return join(located.configRoot, 'etc/portage', `package.${kind}`);
}

/** No slash, no blank: one file a set. */
function fileName(set: string): string {
  return prefix + set.replace(/[^\w+.-]/g, character => `%${character.codePointAt(0)?.toString(16)}`);
}

/** Writes what the sets' files say and removes what no set has any more. Nothing that somebody else wrote is touched. */
function perSetFiles(located: Pick<Located, 'configRoot'>, sources: readonly Source[]): Problem[] {
  return kinds.flatMap(kind => {
    const directory = directoryOf(located, kind);
    const wanted = new Set<string>();
    const problems = sources.flatMap(({ name, path, members }): Problem[] => {
      const source = `${path}.${kind}`;
      const text = readOrdinaryText(source);
      if (text === undefined) return [];
      wanted.add(fileName(name));
      const atoms = members();
      if (atoms === undefined) return [];
      const { lines, problems: found } = generated(text, kind, atoms);
      const told = found.map(one => ({ set: name, path: source, ...one }));
      const refusal = putInPlace(directory, fileName(name), source, lines);
      return refusal === undefined ? told : [...told, { set: name, path: source, line: 0, ...refusal }];
    });
    removeOthers(directory, wanted);
    return problems;
  });
}

/** Why not, where it cannot be done. */
function putInPlace(
  directory: string,
  name: string,
  source: string,
  lines: readonly string[],
): { what: string; hint: string } | undefined {
  if (statIfPresent(directory)?.isDirectory() === false) {
    const what = `${directory} is a file, and only in a directory can a file of ours come and go`;
    const some = `${lines.slice(0, 3).join('; ')}${lines.length > 3 ? '; …' : ''}`;
    return { what, hint: `make it a directory, or add by hand: ${some}` };
  }
  const path = join(directory, name);
  const old = readOrdinaryText(path);
  if (old !== undefined && !old.startsWith(mark))
    return { what: `${path} stands there already and is none of ours`, hint: `mv ${path} elsewhere` };
  const fresh = `${mark}${source}; edit that file\n${lines.map(line => `${line}\n`).join('')}`;
  if (fresh !== old) writeAtomic(path, fresh);
  return undefined;
}

/** For the generator; in the words of `sets check`. None makes a set itself unsafe. */
export function flagsAndKeywords(
  located: Pick<Located, 'configRoot'>,
  sets: readonly SetSource[],
  evaluate: (name: string) => EvaluatedSet,
): SetComplaint[] {
  const sources = sets.flatMap(({ name, path }) => {
    if (path === undefined) return [];
    const members = () => {
      const { entries, problems } = evaluate(name);
      // with a mistake in it, or in a set that it names, some may be missing
      const isBroken = problems.some(({ severity }) => severity === 'broken');
      return isBroken ? undefined : entries.map(({ text }) => text);
    };
    return [{ name, path, members }];
  });
  const note = { code: 'per-set', severity: 'note' } as const;
  try {
    return perSetFiles(located, sources).map(problem => ({ ...problem, ...note }));
  } catch (error) {
    // that one cannot be written stops nothing
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return [{ set: 'world', what: error.message, hint: error.hint ?? 'tumpline sets check', ...note }];
  }
}

/** Takes away all that was made. */
export function removePerSetFiles(located: Pick<Located, 'configRoot'>): void {
  for (const kind of kinds) removeOthers(directoryOf(located, kind), new Set());
}

function removeOthers(directory: string, wanted: ReadonlySet<string>): void {
  if (!statIfPresent(directory)?.isDirectory()) return;
  for (const name of readdirSync(directory)) {
    const path = join(directory, name);
    // a killed process of ours left it
    if (name.startsWith(`.${prefix}`) && /\.tumpline-\d+-\d+$/.test(name)) removeFile(path);
    if (name.startsWith(prefix) && !wanted.has(name) && readOrdinaryText(path)?.startsWith(mark))
      removeFile(path);
  }
}

/** Lines for Portage: those with an atom as they are, those with flags alone once for every member. */
function generated(
  text: string,
  kind: Kind,
  members: readonly string[],
): { lines: string[]; problems: { line: number; what: string; hint: string }[] } {
  const problems: { line: number; what: string; hint: string }[] = [];
  const lines = splitLines(text).flatMap((line, index) => {
    const tokens = words(line.replace(/(^|\s)#.*/, ''));
    const [first = ''] = tokens;
    if (first === '') return [];
    const named = parseAtom(first, { allowRepo: true, allowWildcard: true });
    if (named !== undefined && named.blocker === '') return [tokens.join(' ')];
    const strange = tokens.find(token => !isValue(token, kind));
    if (strange === undefined) return members.map(atom => `${atom} ${tokens.join(' ')}`);
    const what = `'${strange}' is neither an atom nor ${kind === 'use' ? 'a USE flag' : 'a keyword'}`;
    problems.push({ line: index + 1, what, hint: 'tumpline-sets(5) shows the syntax' });
    return [];
  });
  return { lines: [...new Set(lines)], problems };
}

function isValue(token: string, kind: Kind): boolean {
  if (kind === 'accept_keywords') return /^(-?~?[A-Za-z0-9][\w-]*|\*\*|~\*|\*)$/.test(token);
  return /^-?([A-Za-z0-9][\w+@-]*|\*)$|^[A-Z][A-Z0-9_]*:$/.test(token);
}
