/** etc/portage/make.conf and make.globals, make.defaults: make.conf(5); portage.util.getconfig with expansion and sourcing. */
import { readToken, type Token, type TokenReader, tokenReader } from './shell-words.ts';
import type { Parsed } from './text.ts';
import { expandVariables } from './variables.ts';

export interface MakeConfOptions {
  /** Of this file; relative `source` names are below its directory. */
  readonly path?: string;
  /** Text of a file that is sourced, undefined where there is none. Without it `source` is an ordinary word. */
  readonly source?: (path: string) => string | undefined;
  /** Known before the first line. */
  readonly variables?: ReadonlyMap<string, string>;
}

export interface Assignment {
  readonly name: string;
  /** Expanded. */
  readonly value: string;
  /** Offsets of the whole assignment (`export` left out), and of its value with the quotes; ends are exclusive. */
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
}

export interface MakeConf {
  /** What the file and those it sources set, in the order of the first assignment. */
  readonly variables: ReadonlyMap<string, string>;
  /** Those that stand in this very text, in order. */
  readonly assignments: readonly Assignment[];
}

interface Source {
  readonly path: string;
  readonly reader: TokenReader;
}

type Placed = Token & { readonly source: Source };

interface Reading {
  readonly sources: Source[];
  /** Punctuation that comes before all that is still to be read, whichever file that is in. */
  readonly pushed: Placed[];
  /** The text ended in the middle of a word. */
  broken: boolean;
  readonly known: Map<string, string>;
  readonly options: MakeConfOptions;
  readonly problems: string[];
}

const deepest = 50;

/** Stops at the first fault of syntax, as Portage does (which then refuses to run), with what came before. */
export function parseMakeConf(text: string, options: MakeConfOptions = {}): Parsed<MakeConf> {
  const problems: string[] = [];
  const variables = new Map<string, string>();
  const assignments: Assignment[] = [];
  const known = new Map(options.variables);
  // as Portage does, lest a last `source FILE` be passed over
  const ended = /[\r\n]$/.test(text) || text === '' ? text : `${text}\n`;
  const main: Source = { path: options.path ?? 'make.conf', reader: tokenReader(ended) };
  const reading: Reading = { sources: [main], pushed: [], broken: false, known, options, problems };
  for (;;) {
    let key = nextToken(reading);
    if (key?.text === 'export') key = nextToken(reading);
    if (!key) break;
    const here = key.source === main;
    const equals = nextToken(reading);
    if (equals?.text !== '=') {
      if (!reading.broken)
        complain(reading, equals?.text ? `Invalid token '${equals.text}' (not '=')` : 'Unexpected EOF');
      break;
    }
    const value = nextToken(reading);
    if (!value) {
      if (!reading.broken) complain(reading, `Unexpected end of config file: variable '${key.text}'`);
      break;
    }
    if (/^\d|[^\w\u0080-\uffff]/.test(key.text)) {
      complain(reading, `Invalid variable name '${key.text}'`);
      continue;
    }
    const expanded = expandVariables(value.text, known, what => complain(reading, what));
    variables.set(key.text, expanded);
    known.set(key.text, expanded);
    if (here && value.source === main) {
      const { start } = key;
      const end = Math.min(value.end, text.length);
      assignments.push({ name: key.text, value: expanded, start, end, valueStart: value.start });
    }
  }
  return { value: { variables, assignments }, problems };
}

/** The assignment of a variable that counts, the last in this text; undefined where there is none. */
export function findAssignment(conf: MakeConf, name: string): Assignment | undefined {
  return conf.assignments.findLast(assignment => assignment.name === name);
}

function nextToken(reading: Reading): Placed | undefined {
  for (;;) {
    // what was pushed back is never taken for the word `source`
    const pushed = reading.pushed.shift();
    if (pushed) return pushed;
    const source = reading.sources.at(-1);
    if (!source) return undefined;
    const token = readWord(reading, source);
    if (reading.broken) return undefined;
    if (!token) {
      if (reading.sources.length === 1) return undefined;
      reading.sources.pop();
    } else if (!reading.options.source || token.text !== 'source') return token;
    else if (!enter(reading, source)) return undefined;
  }
}

function readWord(reading: Reading, source: Source): Placed | undefined {
  const token = readToken(source.reader);
  if (source.reader.pushed) reading.pushed.unshift({ ...source.reader.pushed, source });
  if (typeof token === 'object') return { ...token, source };
  if (token !== undefined) {
    complain(reading, token);
    reading.broken = true;
  }
  return undefined;
}

function enter(reading: Reading, source: Source): boolean {
  const word = readWord(reading, source);
  if (!word) {
    if (!reading.broken) complain(reading, 'source without a file');
    reading.broken = true;
    return false;
  }
  let name = expandVariables(word.text, reading.known, what => complain(reading, what));
  if (name.startsWith('"')) name = name.slice(1, -1);
  const path = name.startsWith('/') ? name : source.path.slice(0, source.path.lastIndexOf('/') + 1) + name;
  const text = name === '' || reading.sources.length > deepest ? undefined : reading.options.source?.(path);
  if (text === undefined) {
    complain(reading, `${path}: No such file or directory`);
    return true;
  }
  // an oddity of Portage: where a sourced file ends with a source and no newline, that does nothing
  if (!source.reader.ended) reading.sources.push({ path, reader: tokenReader(text) });
  return true;
}

function complain(reading: Reading, what: string): void {
  const source = reading.sources.at(-1);
  reading.problems.push(`${source?.path} line ${source?.reader.line}: ${what}`);
}
