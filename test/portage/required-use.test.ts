import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseDependency } from '../../portage/dependency.ts';
import { dependencyLeaves } from '../../portage/dependency-evaluate.ts';
import { requiredUseHolds } from '../../portage/required-use.ts';
import { anyDependencyText, realDependencyTexts, spoiltDependencyText } from '../kit/dependency-texts.ts';
import { noteReduced, quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { random } from '../kit/random.ts';
import { flags } from '../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Case {
  readonly text: string;
  readonly use: readonly string[];
  readonly eapi: string;
}

/** Whether it holds and which flags it names, null where it is refused. */
function ours({ text, use, eapi }: Case) {
  const parsed = parseDependency(text, 'required-use', eapi);
  if (!parsed.ok) return null;
  const named = dependencyLeaves(parsed.value).flatMap(({ leaf, trail }) => [
    ...(leaf.kind === 'flag' ? [leaf.flag] : []),
    ...trail.flatMap(group => (group.kind === 'use' ? [group.flag] : [])),
  ]);
  return { holds: requiredUseHolds(parsed.value, new Set(use), eapi), flags: new Set(named) };
}

interface Answer {
  readonly holds: boolean;
  readonly flags: readonly string[];
}

async function compare(cases: readonly Case[]): Promise<(Answer | null)[]> {
  const answers = await oracle.askAll<Answer | null>(
    'requiredUse',
    cases.map(({ text, use, eapi }) => [text, use, eapi]),
  );
  expect(cases.map(one => [one, ours(one)?.holds])).toEqual(
    cases.map((one, at) => [one, answers[at]?.holds]),
  );
  return answers;
}

function conditionFlags(text: string): string[] {
  return [...new Set(text.split(' ').map(word => word.replace(/^!|\?$/g, '')))].filter(word =>
    /^\w/.test(word),
  );
}

describe('REQUIRED_USE', () => {
  it.each([
    'a b',
    '|| ( a b )',
    '^^ ( a b c )',
    '?? ( a b c )',
    'a? ( b )',
    '!a? ( b !c )',
    '|| ( )',
    '^^ ( )',
    '?? ( )',
    'a? ( )',
    '( )',
    '|| ( ( ) )',
    '|| ( a? ( b ) )',
    '^^ ( a? ( b ) c )',
    '?? ( ( a b ) c )',
    '^^ ( || ( a b ) ?? ( b c ) )',
    '',
  ])('%s holds where it does in Portage', async text => {
    const sets = [[], ['a'], ['b'], ['c'], ['a', 'b'], ['b', 'c'], ['a', 'b', 'c']];
    await compare(sets.flatMap(use => ['4', '6', '8'].map(eapi => ({ text, use, eapi }))));
  });

  it('holds where it does in Portage, random', async () => {
    const next = random(51);
    const cases = Array.from({ length: quick ? 2_000 : 20_000 }, () => ({
      text: anyDependencyText('required-use', next),
      use: next.some(flags),
      eapi: next.pick(['5', '6', '7', '8', '9']),
    }));
    const answers = await compare(cases);
    for (const holds of [true, false]) {
      expect(answers.filter(answer => answer?.holds === holds).length).toBeGreaterThan(cases.length / 10);
    }
  });

  it('is refused as by Portage, random and spoilt', async () => {
    const next = random(52);
    const cases = Array.from({ length: quick ? 2_000 : 20_000 }, () => ({
      text: spoiltDependencyText(anyDependencyText('required-use', next), next),
      use: next.some(flags),
      eapi: next.pick(['4', '5', '8']),
    }));
    const answers = await compare(cases);
    expect(answers.filter(answer => answer === null).length).toBeGreaterThan(cases.length / 10);
  });

  it('of the real metadata holds where it does in Portage', async context => {
    const texts = realDependencyTexts();
    if (!texts) {
      noteReduced('REQUIRED_USE of real metadata is not at hand; random strings only');
      return context.skip();
    }
    const next = random(53);
    const cases = texts
      .filter(({ dialect }) => dialect === 'required-use')
      .flatMap(({ text, eapi }) =>
        [0.2, 0.5, 0.8].map(share => ({ text, eapi, use: next.some(conditionFlags(text), share) })),
      );
    expect(cases.length).toBeGreaterThan(500);
    const answers = await compare(cases);
    expect(answers.filter(answer => answer === null)).toEqual([]);
    cases.forEach((one, at) => {
      expect([...(ours(one)?.flags ?? [])].sort()).toEqual(answers[at]?.flags);
    });
  });
});
