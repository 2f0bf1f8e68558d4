/**
 * A package set's source: portage(5) under sets/, read as portage._sets.files.StaticFileSet does, and more than that:
 * `?atom`, `-atom`, `-@set`, `flag? ( … )`, `@a-@b`. tumpline-sets(5).
 */
import { type Atom, parseAtom } from '../atom.ts';
import { splitLines, words } from './text.ts';

export type SetEntry =
  | { readonly kind: 'atom'; readonly line: number; readonly text: string; readonly atom: Atom }
  /** `?atom`: only where it is installed. `text` is the atom's. */
  | { readonly kind: 'optional'; readonly line: number; readonly text: string; readonly atom: Atom }
  /** `@name`, `@name:slot`, or an expression such as `@a-@b`; `name` is without the first @. */
  | { readonly kind: 'set'; readonly line: number; readonly name: string }
  /** `-atom`, wildcards allowed. `text` is the atom's. */
  | { readonly kind: 'without-atom'; readonly line: number; readonly text: string; readonly atom: Atom }
  | { readonly kind: 'without-set'; readonly line: number; readonly name: string }
  | {
      readonly kind: 'conditional';
      readonly line: number;
      readonly flag: string;
      readonly negated: boolean;
      readonly entries: readonly SetEntry[];
    };

export interface SetProblem {
  /** From 1. */
  readonly line: number;
  readonly code: string;
  /** Lower case, without the place; holds text of the file as it is. */
  readonly what: string;
}

export interface SetText {
  readonly entries: readonly SetEntry[];
  readonly problems: readonly SetProblem[];
  /** Portage's StaticFileSet would read exactly this, without loss. */
  readonly native: boolean;
}

interface Group {
  readonly line: number;
  readonly opening: string;
  readonly flag: string;
  readonly negated: boolean;
  /** A group of a kind that is none of ours: what stands in it is passed over. */
  readonly dropped: boolean;
  readonly entries: SetEntry[];
}

interface Reading {
  readonly entries: SetEntry[];
  readonly problems: SetProblem[];
  readonly open: Group[];
  /** A `flag?` whose bracket is still to come. */
  pending: Omit<Group, 'entries' | 'dropped'> | undefined;
}

const condition = /^(!?)([A-Za-z0-9][A-Za-z0-9+_@-]*)\?$/;
const operators = /[-+/]@/;

/** Whether this name, without its @, may be written in a set file and on a command line. */
export function isSetName(name: string): boolean {
  return /^[^\s{}'"\\$`@-][^\s{}'"\\$`]*$/.test(name) && !hasControls(name);
}

function hasControls(text: string): boolean {
  return [...text].some(character => character < ' ' || (character >= '\u007f' && character < '\u00a0'));
}

/** Never throws: what is no entry becomes a problem, and what stands around it is still read. */
export function parseSetFile(text: string): SetText {
  const reading: Reading = { entries: [], problems: [], open: [], pending: undefined };
  const marked = text.startsWith('\uFEFF');
  if (marked)
    complain(reading, 1, 'bom', 'the file begins with a byte order mark, which hides its first line');
  for (const [index, line] of splitLines(marked ? text.slice(1) : text).entries())
    readLine(reading, line, index + 1);
  if (reading.pending) unbracketed(reading, reading.pending);
  for (const { line, opening } of reading.open)
    complain(reading, line, 'unclosed', `'${opening} (' is never closed by a ')'`);
  // what stands in an open group counts for nobody until it is closed
  const { entries, problems } = reading;
  const native =
    problems.length === 0 &&
    entries.every(entry => entry.kind === 'atom' || (entry.kind === 'set' && !operators.test(entry.name)));
  return { entries, problems, native };
}

function complain(reading: Reading, line: number, code: string, what: string): void {
  reading.problems.push({ line, code, what });
}

function unbracketed(reading: Reading, { line, opening }: { line: number; opening: string }): void {
  complain(reading, line, 'condition', `'${opening}' has no '(' behind it`);
  reading.pending = undefined;
}

/** One word that can only be an atom, as nearly all lines are. */
const plain = /^[\w<>=~][!"$-'*->@-~]*$/;

function readLine(reading: Reading, line: string, number: number): void {
  if (reading.open.length === 0 && reading.pending === undefined && plain.test(line)) {
    const entry = readEntry(reading, line, number);
    if (entry) reading.entries.push(entry);
    return;
  }
  const all = words(line);
  const comment = all.findIndex(word => word.startsWith('#'));
  const tokens = comment === -1 ? all : all.slice(0, comment);
  let ended = false;
  for (const [index, token] of tokens.entries()) {
    const outside = reading.open.length === 0 && reading.pending === undefined;
    if (outside && ended && token !== ')') {
      const rest = tokens.slice(index).join(' ');
      complain(
        reading,
        number,
        'second-word',
        `'${rest}' is a second word on the line, which Portage passes over`,
      );
      return;
    }
    ended = true;
    readToken(reading, token, number);
  }
}

function readToken(reading: Reading, token: string, line: number): void {
  if (token === '(') {
    openGroup(reading, line);
    return;
  }
  if (reading.pending) unbracketed(reading, reading.pending);
  const found = condition.exec(token);
  if (token === ')') closeGroup(reading, line);
  else if (found) reading.pending = { line, opening: token, flag: found[2]!, negated: found[1] === '!' };
  else if (['||', '^^', '??'].includes(token)) {
    reading.pending = { line, opening: token, flag: '', negated: false };
    complain(reading, line, 'choice', `'${token}' is a choice, and a set makes none`);
  } else if (!reading.open.some(({ dropped }) => dropped)) {
    const entry = readEntry(reading, token, line);
    if (entry) (reading.open.at(-1)?.entries ?? reading.entries).push(entry);
  }
}

function openGroup(reading: Reading, line: number): void {
  const { pending } = reading;
  if (!pending) complain(reading, line, 'bracket', "'(' without a 'flag?' before it");
  const opened = pending ?? { line, opening: '', flag: '', negated: false };
  reading.open.push({ ...opened, dropped: opened.flag === '', entries: [] });
  reading.pending = undefined;
}

function closeGroup(reading: Reading, line: number): void {
  const group = reading.open.pop();
  if (!group) {
    complain(reading, line, 'bracket', "')' without a '(' before it");
    return;
  }
  if (group.dropped) return;
  const { line: start, flag, negated, entries } = group;
  if (entries.length === 0) complain(reading, start, 'empty', `'${group.opening} ( )' has nothing in it`);
  (reading.open.at(-1)?.entries ?? reading.entries).push({
    kind: 'conditional',
    line: start,
    flag,
    negated,
    entries,
  });
}

function readEntry(reading: Reading, token: string, line: number): SetEntry | undefined {
  const named = /^(-?)@(.*)$/s.exec(token);
  if (named) {
    const name = named[2]!;
    // what is between the operators of an expression is looked at when it is evaluated
    if (name.split(operators).every(isSetName))
      return { kind: named[1] === '-' ? 'without-set' : 'set', line, name };
    complain(reading, line, 'set-name', `'${token}' is no name of a set`);
    return undefined;
  }
  if (token.length > 1 && token.startsWith('-')) {
    const atom = parseAtom(token.slice(1), { allowRepo: true, allowBuildId: false, allowWildcard: true });
    if (atom && atom.blocker === '') return { kind: 'without-atom', line, text: token.slice(1), atom };
    complain(reading, line, 'not-atom', noAtom(token.slice(1), ` behind the '-'`));
    return undefined;
  }
  const optional = token.length > 1 && token.startsWith('?');
  const text = optional ? token.slice(1) : token;
  const atom = parseAtom(text, { allowRepo: true, allowBuildId: false });
  if (atom && atom.blocker === '') return { kind: optional ? 'optional' : 'atom', line, text, atom };
  complain(reading, line, ...complaint(text, atom));
  return undefined;
}

function complaint(text: string, atom: Atom | undefined): [string, string] {
  if (atom)
    return ['blocker', `'${text}' is a blocker, which a set cannot hold; '-${atom.cp}' leaves a package out`];
  if (parseAtom(text, { allowRepo: true, allowWildcard: true }))
    return ['wildcard', `'${text}' is a pattern, and a set holds whole names only`];
  return ['not-atom', noAtom(text, '')];
}

/** Why it is none, as far as it can be guessed. */
function noAtom(text: string, where: string): string {
  const what = `'${text}'${where} is no atom`;
  const bare = text.replace(/^[<>]?[=~]?|^[<>]/, '');
  if (!text.includes('/')) return `${what}: a category is missing`;
  if (bare === text && parseAtom(`=${text}`)) return `${what}: a version needs an operator, as in '=${text}'`;
  if (bare !== text && parseAtom(bare)) return `${what}: behind an operator a version is missing`;
  return what;
}
