/**
 * Dependency specifications of PMS 8.2: one grammar, read into a tree. What may stand at its leaves and which
 * operators it knows depends on the variable: the *DEPEND classes, LICENSE, SRC_URI or REQUIRED_USE.
 */
import { type Atom, parseAtom } from './atom.ts';
import { type EapiRules, eapiRules } from './eapi.ts';
import { isUseFlag } from './use.ts';

export type Dialect = 'depend' | 'license' | 'src-uri' | 'required-use';

export type DependencyLeaf =
  | { readonly kind: 'atom'; readonly atom: Atom }
  /** A licence. */
  | { readonly kind: 'word'; readonly word: string }
  /** `name` is what stands behind `->`. */
  | { readonly kind: 'uri'; readonly uri: string; readonly name: string | undefined }
  | { readonly kind: 'flag'; readonly flag: string; readonly negated: boolean };

/** `any` is `||`, `exactly-one` `^^`, `at-most-one` `??`. */
interface OperatorGroup {
  readonly kind: 'all' | 'any' | 'exactly-one' | 'at-most-one';
  readonly children: readonly Dependency[];
}

/** `flag? ( … )`, or `!flag? ( … )` when negated. */
export interface UseGroup {
  readonly kind: 'use';
  readonly flag: string;
  readonly negated: boolean;
  readonly children: readonly Dependency[];
}

export type DependencyGroup = OperatorGroup | UseGroup;
export type Dependency = DependencyLeaf | DependencyGroup;

export type ParsedDependency =
  | { readonly ok: true; readonly value: readonly Dependency[] }
  /** The error is lower-case and names the word at fault and its place, from 1. */
  | { readonly ok: false; readonly error: string };

type Operator = Exclude<OperatorGroup['kind'], 'all'>;
type Opening = Omit<OperatorGroup, 'children'> | Omit<UseGroup, 'children'>;

const operators: Record<string, Operator | undefined> = {
  __proto__: null as never,
  '||': 'any',
  '^^': 'exactly-one',
  '??': 'at-most-one',
};
/** No real dependency comes near it; a faulty one must not end in a stack overflow. */
const deepest = 500;

/** Never throws. Without an EAPI everything is allowed. */
export function parseDependency(text: string, dialect: Dialect = 'depend', eapi?: string): ParsedDependency {
  const words: readonly string[] = text.match(/[^ \t\n\v\f\r]+/g) ?? [];
  const rules = eapiRules(eapi);
  const enclosing: { opening: Opening; siblings: Dependency[] }[] = [];
  let siblings: Dependency[] = [];
  for (let at = 0; at < words.length; at++) {
    const word = words[at]!;
    if (word === ')') {
      const group = enclosing.pop();
      if (!group) return failure(words, at, "no matching '('");
      const children = siblings;
      siblings = group.siblings;
      siblings.push({ ...group.opening, children } as DependencyGroup);
      continue;
    }
    const opening = parseOpening(word, dialect, rules);
    if (typeof opening === 'string') return failure(words, at, opening);
    if (opening) {
      if (word !== '(' && words[++at] !== '(') return failure(words, at, "expected '('");
      if (dialect !== 'required-use' && words[at + 1] === ')') return failure(words, at, 'empty group');
      if (enclosing.length === deepest) return failure(words, at, 'nested too deeply');
      enclosing.push({ opening, siblings });
      siblings = [];
      continue;
    }
    const renamed = dialect === 'src-uri' && words[at + 1] === '->';
    const leaf = parseLeaf(word, renamed ? (words[at + 2] ?? '') : undefined, dialect, rules, eapi);
    if (typeof leaf === 'string') return failure(words, at, leaf);
    siblings.push(leaf);
    if (renamed) at += 2;
  }
  if (enclosing.length > 0) return failure(words, words.length, "missing ')'");
  return { ok: true, value: siblings };
}

function failure(words: readonly string[], at: number, what: string): ParsedDependency {
  return {
    ok: false,
    error: at < words.length ? `word ${at + 1}, ${words[at]}: ${what}` : `at the end: ${what}`,
  };
}

/** What the word opens; undefined where it is a leaf, and a string says why it may not stand here. */
function parseOpening(word: string, dialect: Dialect, rules: EapiRules): Opening | string | undefined {
  if (word === '(') return { kind: 'all' };
  const operator = operators[word];
  if (operator) return allows(operator, dialect, rules) ? { kind: operator } : 'operator not allowed here';
  if (!word.endsWith('?')) return undefined;
  const negated = word[0] === '!';
  const flag = word.slice(negated ? 1 : 0, -1);
  return isUseFlag(flag) ? { kind: 'use', flag, negated } : 'invalid USE flag';
}

function allows(operator: Operator, dialect: Dialect, rules: EapiRules): boolean {
  if (operator === 'any') return dialect !== 'src-uri';
  return dialect === 'required-use' && (operator === 'exactly-one' || rules.atMostOneOf);
}

function parseLeaf(
  word: string,
  name: string | undefined,
  dialect: Dialect,
  rules: EapiRules,
  eapi: string | undefined,
): DependencyLeaf | string {
  switch (dialect) {
    case 'depend':
      return parseAtomLeaf(word, eapi);
    case 'license':
      return word === '->' ? 'operator not allowed here' : { kind: 'word', word };
    case 'src-uri':
      return parseUri(word, name, rules);
    case 'required-use': {
      const negated = word[0] === '!';
      const flag = negated ? word.slice(1) : word;
      return isUseFlag(flag) ? { kind: 'flag', flag, negated } : 'invalid USE flag';
    }
  }
}

/** By EAPI, then by text: most atoms of a list stand in it several times. */
const knownLeaves = new Map<string | undefined, Map<string, DependencyLeaf>>();
const mostLeaves = 10_000;

function parseAtomLeaf(word: string, eapi: string | undefined): DependencyLeaf | string {
  let leaves = knownLeaves.get(eapi);
  if (!leaves || leaves.size >= mostLeaves) {
    // an EAPI is any text that a file claims
    if (knownLeaves.size >= 20) knownLeaves.clear();
    leaves = new Map();
    knownLeaves.set(eapi, leaves);
  }
  let leaf = leaves.get(word);
  if (!leaf) {
    const atom = parseAtom(word, { eapi });
    if (!atom) return 'invalid atom';
    leaf = { kind: 'atom', atom };
    leaves.set(word, leaf);
  }
  return leaf;
}

function parseUri(uri: string, name: string | undefined, rules: EapiRules): DependencyLeaf | string {
  if (uri === '->') return "'->' without a URI before it";
  if (name !== undefined) {
    if (!rules.uriArrows) return "'->' not allowed in this EAPI";
    if (name === '' || name.includes('/') || name.endsWith('?') || /^(?:[()]|\|\||->)$/.test(name)) {
      return "expected a file name behind '->'";
    }
  }
  const restricted = [uri, name ?? ''].some(part => part.startsWith('fetch+') || part.startsWith('mirror+'));
  if (restricted && !rules.uriRestrictions) return 'fetch+ and mirror+ not allowed in this EAPI';
  return { kind: 'uri', uri, name };
}
