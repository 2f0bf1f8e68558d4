/** What a set holds once nesting, exclusions, conditions, optional members and package moves are settled. */
import { type Atom, atomText, parseAtom } from './atom.ts';
import type { SetEntry, SetText } from './files/set-file.ts';
import { parseSetExpression } from './set-expression.ts';
import { difference, intersection, union } from './set-members.ts';

/** What is behind a name. */
export type FoundSet =
  | { readonly kind: 'file'; readonly name: string; readonly path: string; readonly text: SetText }
  /** Its atoms are known from Portage. */
  | {
      readonly kind: 'atoms';
      readonly name: string;
      readonly atoms: readonly string[];
      readonly nested: readonly string[];
    }
  /** Only Portage knows what is in it. */
  | { readonly kind: 'opaque'; readonly name: string };

/** The name is without @; the answer's name is the one by which Portage knows the set. */
export type SetLookup = (name: string) => FoundSet | undefined;

export interface EvaluateContext {
  readonly installed: (atom: Atom) => boolean;
  readonly use: (flag: string) => boolean;
  /** The atom after profiles/updates, where they change it. */
  readonly moved?: (atom: Atom) => Atom | undefined;
  /** Take every condition as met and every optional member as installed: for what only looks for mistakes. */
  readonly everything?: boolean;
}

export interface SetOrigin {
  readonly set: string;
  readonly path?: string;
  readonly line: number;
}

export interface EvaluatedEntry {
  readonly text: string;
  readonly atom: Atom;
  readonly from: SetOrigin;
}

export interface EvaluateProblem extends SetOrigin {
  readonly code: string;
  readonly what: string;
  /** `note`: worth a word, the set is sound. */
  readonly severity: 'broken' | 'note';
  /** Of `opaque`: the set that Portage would have to be asked for. */
  readonly about?: string;
}

export interface EvaluatedSet {
  readonly entries: readonly EvaluatedEntry[];
  /** Names, without @, of the sets that stay nested. */
  readonly nested: readonly string[];
  readonly problems: readonly EvaluateProblem[];
  /** Names of all sets that it is made of, itself among them. */
  readonly closure: ReadonlySet<string>;
  /** It has no line that could ever be an entry. */
  readonly blank: boolean;
}

interface Value {
  readonly entries: readonly EvaluatedEntry[];
  readonly nested: readonly string[];
  readonly blank: boolean;
}

interface Evaluation {
  readonly lookup: SetLookup;
  readonly context: EvaluateContext;
  readonly keep: boolean;
  readonly values: Map<string, Value>;
  readonly stack: string[];
  readonly problems: EvaluateProblem[];
  readonly closure: Set<string>;
}

/**
 * Of a name or, with operators in it, of an expression; both without the first @. `keep`: a nested set stays nested where nothing
 * is taken out of it, as Portage takes it; but what is wrong in it is still found.
 */
export function evaluateSet(
  name: string,
  lookup: SetLookup,
  context: EvaluateContext,
  options: { readonly keep?: boolean } = {},
): EvaluatedSet {
  const state = begun(lookup, context, options.keep ?? false);
  const value = settled(state, name, { set: name, line: 0 }, state.keep);
  return { ...(value ?? nothing), problems: state.problems, closure: state.closure };
}

/** Of many sets, each settled once: what each holds, and what is wrong in any of their files. */
export function evaluateSets(
  names: Iterable<string>,
  lookup: SetLookup,
  context: EvaluateContext,
): {
  readonly values: ReadonlyMap<string, Pick<EvaluatedSet, 'entries' | 'nested'>>;
  readonly problems: readonly EvaluateProblem[];
} {
  const state = begun(lookup, context, false);
  const values = new Map<string, Value>();
  for (const name of names) values.set(name, settled(state, name, { set: name, line: 0 }) ?? nothing);
  return { values, problems: state.problems };
}

function begun(lookup: SetLookup, context: EvaluateContext, keep: boolean): Evaluation {
  return { lookup, context, keep, values: new Map(), stack: [], problems: [], closure: new Set() };
}

const nothing: Value = { entries: [], nested: [], blank: true };

function complain(
  state: Evaluation,
  at: SetOrigin,
  code: string,
  what: string,
  severity: 'broken' | 'note' = 'broken',
): void {
  state.problems.push({ ...at, code, what, severity });
}

/** Undefined where there is no such set; the place that names it is told. */
function settled(state: Evaluation, name: string, at: SetOrigin, keep = false): Value | undefined {
  const found = state.lookup(name);
  if (!found) {
    const expression = parseSetExpression(`@${name}`);
    if (expression) return expressionValue(state, expression.first, expression.rest, at);
    complain(state, at, 'unknown-set', `there is no set '@${name}'`);
    return undefined;
  }
  state.closure.add(found.name);
  const known = state.values.get(found.name);
  if (known && !keep) return known;
  if (state.stack.includes(found.name)) {
    const circle = [...state.stack.slice(state.stack.indexOf(found.name)), found.name];
    complain(
      state,
      at,
      'cycle',
      `'@${name}' goes round in a circle: ${circle.map(one => `@${one}`).join(' > ')}`,
    );
    return nothing;
  }
  if (found.kind === 'opaque') return { entries: [], nested: [found.name], blank: false };
  state.stack.push(found.name);
  const value = found.kind === 'file' ? fileValue(state, found, keep) : atomsValue(state, found);
  state.stack.pop();
  state.values.set(found.name, value);
  return value;
}

function expressionValue(
  state: Evaluation,
  first: string,
  rest: readonly { operator: '-' | '+' | '/'; name: string }[],
  at: SetOrigin,
): Value | undefined {
  let value = settled(state, first, at);
  for (const { operator, name } of rest) {
    const other = settled(state, name, at);
    if (!value || !other) value = undefined;
    else if (operator === '+') {
      value = {
        entries: union(value.entries, other.entries),
        nested: [...new Set([...value.nested, ...other.nested])],
        blank: value.blank && other.blank,
      };
    } else {
      unknowable(state, at, [...value.nested, ...other.nested]);
      const combine = operator === '-' ? difference : intersection;
      value = { entries: combine(value.entries, other.entries), nested: [], blank: false };
    }
  }
  return value;
}

function unknowable(state: Evaluation, at: SetOrigin, names: readonly string[]): void {
  for (const about of names) {
    const what = `only Portage knows what is in '@${about}', so nothing can be taken out of it`;
    state.problems.push({ ...at, code: 'opaque', what, severity: 'broken', about });
  }
}

function atomsValue(state: Evaluation, found: FoundSet & { kind: 'atoms' }): Value {
  const from = { set: found.name, line: 0 };
  const entries = found.atoms.flatMap(text => {
    const atom = parseAtom(text, { allowRepo: true, allowWildcard: true });
    return atom ? [{ text, atom, from }] : [];
  });
  const values = found.nested.map(name => settled(state, name, from) ?? nothing);
  return {
    entries: union(entries, ...values.map(value => value.entries)),
    nested: [...new Set(values.flatMap(({ nested }) => nested))],
    blank: false,
  };
}

interface Gathered {
  readonly entries: EvaluatedEntry[];
  readonly nested: string[];
  readonly without: {
    at: SetOrigin;
    what: string;
    members: readonly { text: string; atom: Atom }[];
    /** There is more in it, which only Portage knows. */
    opaque: boolean;
  }[];
  /** What was not taken, for a condition or because it is not installed. */
  readonly possible: EvaluatedEntry[];
}

function fileValue(state: Evaluation, found: FoundSet & { kind: 'file' }, keep: boolean): Value {
  const { name, path, text } = found;
  for (const { line, code, what } of text.problems) complain(state, { set: name, path, line }, code, what);
  const gathered: Gathered = { entries: [], nested: [], without: [], possible: [] };
  const plain = keep && !excludes(text.entries);
  gather(state, { set: name, path }, text.entries, gathered, plain, true);
  const all = union(gathered.entries);
  for (const { at, what, members, opaque } of gathered.without) {
    unknowable(state, at, gathered.nested);
    const possible = [...all, ...gathered.possible];
    if (!opaque && gathered.nested.length === 0 && difference(possible, members).length === possible.length)
      complain(state, at, 'excludes-nothing', `'${what}' takes nothing out`, 'note');
  }
  const out = gathered.without.flatMap(({ members }) => members);
  return {
    entries: out.length === 0 ? all : difference(all, out),
    nested: [...new Set(gathered.nested)],
    blank: text.entries.every(entry => entry.kind === 'without-atom' || entry.kind === 'without-set'),
  };
}

/** Whether something is taken out of what these entries gather. */
export function excludes(entries: readonly SetEntry[]): boolean {
  return entries.some(
    entry =>
      entry.kind === 'without-atom' ||
      entry.kind === 'without-set' ||
      (entry.kind === 'conditional' && excludes(entry.entries)),
  );
}

/** `active`: whether the conditions around these entries are met. */
function gather(
  state: Evaluation,
  source: { set: string; path: string },
  entries: readonly SetEntry[],
  into: Gathered,
  keep: boolean,
  active: boolean,
): void {
  for (const entry of entries) {
    const at = { ...source, line: entry.line };
    if (entry.kind === 'conditional') {
      const met = state.context.everything || state.context.use(entry.flag) !== entry.negated;
      gather(state, source, entry.entries, into, keep, active && met);
    } else if (entry.kind === 'set' || entry.kind === 'without-set') {
      const value = settled(state, entry.name, at);
      if (!value || (entry.kind === 'without-set' && !active)) continue;
      if (entry.kind === 'without-set') {
        unknowable(state, at, value.nested);
        const opaque = value.nested.length > 0;
        into.without.push({ at, what: `-@${entry.name}`, members: value.entries, opaque });
      } else if (!active) into.possible.push(...value.entries);
      else {
        const name = state.lookup(entry.name)?.name;
        if (keep && name !== undefined) into.nested.push(name);
        else {
          into.entries.push(...value.entries);
          into.nested.push(...value.nested);
        }
      }
    } else if (entry.kind === 'without-atom') {
      if (active) into.without.push({ at, what: `-${entry.text}`, members: [entry], opaque: false });
    } else member(state, at, entry, into, active);
  }
}

function member(
  state: Evaluation,
  from: SetOrigin,
  entry: SetEntry & { kind: 'atom' | 'optional' },
  into: Gathered,
  active: boolean,
): void {
  const moved = state.context.moved?.(entry.atom);
  const atom = moved ?? entry.atom;
  const text = moved ? atomText(moved) : entry.text;
  if (moved) complain(state, from, 'moved', `'${entry.text}' is called '${text}' now`, 'note');
  const there = entry.kind === 'atom' || state.context.everything || state.context.installed(atom);
  (active && there ? into.entries : into.possible).push({ text, atom, from });
}
