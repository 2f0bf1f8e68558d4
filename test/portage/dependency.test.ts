import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atomText } from '../../portage/atom.ts';
import { type Dependency, type Dialect, parseDependency } from '../../portage/dependency.ts';
import { dependencyLeaves, evaluateDependency } from '../../portage/dependency-evaluate.ts';
import {
  anyDependencyText,
  type DependencyText,
  realDependencyTexts,
  spoiltDependencyText,
} from '../kit/dependency-texts.ts';
import { noteReduced, quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { type Random, random } from '../kit/random.ts';
import { flags } from '../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

/** The nested lists of use_reduce. */
type Tokens = (string | Tokens)[];

interface Case extends DependencyText {
  readonly use: readonly string[];
  readonly matchAll: boolean;
}

const impossible = '__const__/empty-any-of';

function leafTokens(node: Dependency): string[] {
  switch (node.kind) {
    case 'atom':
      return [atomText(node.atom)];
    case 'word':
      return [node.word];
    case 'uri':
      return node.name === undefined ? [node.uri] : [node.uri, '->', node.name];
    default:
      throw new Error(`no leaf: ${node.kind}`);
  }
}

function tokens(nodes: readonly Dependency[], operatorInside: boolean): Tokens {
  return nodes.flatMap((node): Tokens => {
    if (node.kind === 'all') return [tokens(node.children, operatorInside)];
    if (node.kind !== 'any') return leafTokens(node);
    if (node.children.length === 0) return [impossible];
    const children = tokens(node.children, operatorInside);
    return operatorInside ? [['||', ...children]] : ['||', children];
  });
}

function ours({ text, dialect, eapi, use, matchAll }: Case) {
  const parsed = parseDependency(text, dialect, eapi);
  if (!parsed.ok) return { nested: null, converted: null, flat: null };
  const set = new Set(use);
  const reduced = evaluateDependency(parsed.value, set, { matchAll, eapi });
  const leaves = dependencyLeaves(parsed.value, matchAll ? undefined : set);
  return {
    nested: tokens(reduced, false),
    converted: tokens(reduced, true),
    flat: leaves.flatMap(({ leaf }) => leafTokens(leaf)),
  };
}

async function theirs(cases: readonly Case[]) {
  const ask = (form: object) =>
    oracle.askAll<Tokens | null>(
      'useReduce',
      cases.map(({ text, dialect, eapi, use, matchAll }) => [
        text,
        use,
        { eapi, matchall: matchAll, is_src_uri: dialect === 'src-uri', atoms: dialect === 'depend', ...form },
      ]),
    );
  const [nested, converted, flat] = [
    await ask({}),
    await ask({ opconvert: true }),
    await ask({ flat: true }),
  ];
  return cases.map((_, index) => ({
    nested: nested[index],
    converted: converted[index],
    flat: flat[index]?.filter(token => token !== '||') ?? flat[index],
  }));
}

/**
 * Around `||` in `||` Portage at times keeps brackets with nothing or only a sequence around them, which change
 * nothing: || ( ( a ( b c ) ) d ). We never do, so they are taken from its answer; in real strings none occurs.
 */
function bare(sequence: Tokens, operatorInside: boolean): Tokens {
  const result: Tokens = [];
  for (let at = 0; at < sequence.length; at++) {
    const token = sequence[at]!;
    if (typeof token === 'string') {
      result.push(token);
      if (token === '||') result.push(bareAlternatives(sequence[++at] as Tokens, operatorInside));
    } else if (operatorInside && token[0] === '||') {
      result.push(['||', ...bareAlternatives(token.slice(1), operatorInside)]);
    } else result.push(...bare(token, operatorInside));
  }
  return result;
}

function bareAlternatives(alternatives: Tokens, operatorInside: boolean): Tokens {
  return alternatives.flatMap((token): Tokens => {
    const inner = bare([token], operatorInside);
    return inner.length === 1 ? inner : [inner];
  });
}

async function compare(cases: readonly Case[]) {
  const answers = await theirs(cases);
  const other = cases.flatMap((one, index) => {
    const [mine, portage] = [ours(one), answers[index]!];
    return isDeepStrictEqual(mine, portage) ? [] : [{ one, mine, portage }];
  });
  const wrong = other.filter(({ mine, portage: { nested, converted, flat } }) => {
    if (!nested || !converted) return true;
    return !isDeepStrictEqual(mine, { nested: bare(nested, false), converted: bare(converted, true), flat });
  });
  return {
    wrong,
    bracketed: other.length - wrong.length,
    accepted: answers.filter(({ nested }) => nested).length,
  };
}

function conditions(text: string): string[] {
  return [
    ...new Set([...text.matchAll(/!?([A-Za-z0-9][\w+@-]*)(?:\([+-]\))?[?=]/g)].map(found => found[1]!)),
  ];
}

function asCase(text: DependencyText, next: Random): Case {
  return { ...text, use: next.some(conditions(text.text)), matchAll: next.chance(0.1) };
}

const dialects: Exclude<Dialect, 'required-use'>[] = ['depend', 'license', 'src-uri'];

function randomCases(seed: number, count: number, change: (text: string, next: Random) => string): Case[] {
  const next = random(seed);
  return Array.from({ length: count }, () => {
    const dialect = next.pick(dialects);
    const text = change(anyDependencyText(dialect, next), next);
    const eapi = next.pick(['0', '4', '5', '6', '7', '8', '8', '9']);
    return { text, dialect, eapi, use: next.some(flags), matchAll: next.chance(0.1) };
  });
}

describe('dependency strings', () => {
  it('are reduced as by Portage, random', { timeout: 300_000 }, async () => {
    const cases = randomCases(41, quick ? 3_000 : 30_000, text => text);
    const { wrong, bracketed, accepted } = await compare(cases);
    expect(wrong).toEqual([]);
    expect(accepted).toBeGreaterThan(cases.length / 2);
    expect(bracketed).toBeLessThan(cases.length / 50);
  });

  it('are refused as by Portage, random and spoilt', { timeout: 300_000 }, async () => {
    const cases = randomCases(42, quick ? 3_000 : 30_000, spoiltDependencyText);
    const { wrong, accepted } = await compare(cases);
    expect(wrong.filter(({ one, portage }) => portage.nested === null || !isLaxity(one))).toEqual([]);
    expect(accepted).toBeGreaterThan(cases.length / 5);
    expect(accepted).toBeLessThan((cases.length * 4) / 5);
  });

  it('are split at the white space of ASCII only, where Portage takes that of Unicode too', async () => {
    for (const space of ['\u00a0', '\u2003', '\x1f']) {
      const text = `a/b${space}a/c`;
      expect(parseDependency(text).ok).toBe(false);
      expect(await oracle.ask('useReduce', [text, [], { atoms: true }])).toEqual(['a/b', 'a/c']);
    }
  });

  it('are reduced as by Portage, all of the real metadata', { timeout: 300_000 }, async context => {
    const texts = realDependencyTexts();
    if (!texts) {
      noteReduced('dependency strings of real metadata are not at hand; random ones only');
      return context.skip();
    }
    const next = random(43);
    const cases = texts
      .filter(({ dialect }, index) => dialect !== 'required-use' && (!quick || index % 8 === 0))
      .map(text => asCase(text, next));
    expect(cases.length).toBeGreaterThan(quick ? 500 : 5_000);
    expect(await compare(cases)).toEqual({ wrong: [], bracketed: 0, accepted: cases.length });
  });
});

/** What Portage lets pass and PMS 8.2 doesn't: `->` without a URI before it, `^^` as a licence or URI. */
function isLaxity({ text, dialect }: Case): boolean {
  const words = text.split(' ');
  if (dialect !== 'depend' && words.includes('^^')) return true;
  const strayArrow = (word: string, at: number) =>
    word === '->' && (at === 0 || words[at - 2] === '->' || /^[()]$/.test(words[at - 1]!));
  return dialect === 'src-uri' && words.some(strayArrow);
}
