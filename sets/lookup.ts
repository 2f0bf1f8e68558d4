/** What is behind the name of a set, for evaluating it: files are read when they are asked for, and once. */
import { parseSetFile, type SetText } from '../portage/files/set-file.ts';
import type { FoundSet, SetLookup } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { type Catalogue, findSet, type SetSource } from './catalogue.ts';

/** What Portage says of a set that is no file. */
export interface SetAnswer {
  readonly atoms: readonly string[];
  /** Names without @. */
  readonly nested: readonly string[];
  /** Why it could not be read. */
  readonly error: string | null;
}

export type SetAnswers = ReadonlyMap<string, SetAnswer>;

/** `answers` are Portage's, by name; a set that is in none of both stays opaque. */
export function setLookup(catalogue: Catalogue, answers: SetAnswers = new Map()): SetLookup {
  const found = new Map<string, FoundSet | undefined>();
  return name => {
    if (!found.has(name)) found.set(name, look(catalogue, answers, name));
    return found.get(name);
  };
}

function look(catalogue: Catalogue, answers: SetAnswers, name: string): FoundSet | undefined {
  const source = findSet(catalogue, name);
  const known = source?.name ?? name;
  if (!source && !catalogue.patterns.some(pattern => pattern.test(name))) return undefined;
  if (source?.path !== undefined)
    return { kind: 'file', name: known, path: source.path, text: readSetText(source.path) };
  const answer = answers.get(known);
  if (answer && answer.error === null)
    return { kind: 'atoms', name: known, atoms: answer.atoms, nested: answer.nested };
  const packages = source && listed(source);
  return packages === undefined
    ? { kind: 'opaque', name: known }
    : { kind: 'file', name: known, path: `[${source?.section}]`, text: parseSetFile(packages) };
}

/** A set of the user's that lists its packages in sets.conf itself; @world and its like say too little there. */
function listed(source: SetSource): string | undefined {
  if (source.className !== 'base.DummyPackageSet' || source.origin === 'portage') return undefined;
  return (source.options.get('packages') ?? '').trim().split(/\s+/).join('\n');
}

/** A file that cannot be read is a set with one problem. */
export function readSetText(path: string): SetText {
  try {
    const text = readOrdinaryText(path);
    if (text !== undefined) return parseSetFile(text);
    return unreadable('there is no such file any more');
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return unreadable(error.message.slice(error.message.lastIndexOf(': ') + 2));
  }
}

function unreadable(what: string): SetText {
  return { entries: [], problems: [{ line: 0, code: 'unreadable', what }], native: false };
}
