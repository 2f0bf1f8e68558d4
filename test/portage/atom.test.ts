import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Atom, type AtomOptions, atomText, evaluateAtom, parseAtom } from '../../portage/atom.ts';
import { isConditional, type UseDependency, type UseWish, useDependencyText } from '../../portage/use.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { random } from '../kit/random.ts';
import { anyAtom, anyUseDependency, flags, spoilt } from '../kit/words.ts';
import { atomTexts } from './atom-texts.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

/** Every way to ask, with the same question to Portage. */
const modes: [AtomOptions, object][] = [
  [{}, {}],
  [{ allowRepo: false }, { allow_repo: false }],
  [{ allowWildcard: true }, { allow_wildcard: true }],
  [
    { allowWildcard: true, allowRepo: true, allowBuildId: false },
    { allow_wildcard: true, allow_repo: true, allow_build_id: false },
  ],
  [
    { eapi: '8', allowRepo: true },
    { eapi: '8', allow_repo: true },
  ],
  [
    { eapi: '8', allowBuildId: true },
    { eapi: '8', allow_build_id: true },
  ],
  ...['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '9-pre1', '8-pre1', 'unheard-of'].map(
    (eapi): [AtomOptions, object] => [{ eapi }, { eapi }],
  ),
];

/** In the form of the oracle. */
function attributes(atom: Atom | undefined): object | null {
  if (!atom) return null;
  const { blocker, operator, cp, buildId, slot, subslot, slotOperator, repo, extended, use } = atom;
  const version = atom.version?.text ?? atom.versionGlob ?? null;
  return {
    blocker,
    operator: operator ?? null,
    cp,
    cpv: version === null ? cp : `${cp}-${version}`,
    version,
    buildId: buildId ?? null,
    slot: slot ?? null,
    subslot: subslot ?? null,
    slotOperator: slotOperator ?? null,
    repo: repo ?? null,
    extended,
    use: use ? useAttributes(use) : null,
  };
}

function useAttributes(use: UseDependency): object {
  const named = (test: (word: UseDependency[number]) => boolean) =>
    [...new Set(use.filter(test).map(({ flag }) => flag))].sort();
  const wishes = (wish: UseWish) => named(word => word.wish === wish);
  return {
    tokens: useDependencyText(use).slice(1, -1).split(','),
    required: named(({ missing }) => missing === undefined),
    enabled: wishes(''),
    disabled: wishes('-'),
    missingEnabled: named(({ missing }) => missing === '+'),
    missingDisabled: named(({ missing }) => missing === '-'),
    conditional: isConditional(use),
  };
}

async function compare(texts: readonly string[]): Promise<number> {
  let accepted = 0;
  for (const [options, question] of modes) {
    const answers = await oracle.askAll(
      'atom',
      texts.map(text => [text, question]),
    );
    const atoms = texts.map(text => parseAtom(text, options));
    expect(atoms.map((atom, index) => [options, texts[index], attributes(atom)])).toEqual(
      answers.map((answer, index) => [options, texts[index], answer]),
    );
    const good = texts.filter((_, index) => atoms[index]);
    expect(atoms.filter(atom => atom !== undefined).map(atomText)).toEqual(good);
    accepted += good.length;
  }
  return accepted / texts.length / modes.length;
}

describe('atoms', () => {
  it.each(Object.entries(atomTexts))('%s', async (_, texts) => {
    await compare(texts);
  });

  it('are read as by Portage, random', { timeout: 300_000 }, async () => {
    const next = random(21);
    const texts = Array.from({ length: quick ? 500 : 4_000 }, () => anyAtom(next, next.chance(0.3)));
    expect(await compare(texts)).toBeGreaterThan(0.3);
  });

  it('are refused as by Portage, random and spoilt', { timeout: 300_000 }, async () => {
    const next = random(22);
    const texts = Array.from({ length: quick ? 1_000 : 8_000 }, () => spoilt(anyAtom(next, true), next));
    expect(await compare(texts)).toBeGreaterThan(0.1);
  });

  it('are evaluated as by Portage', async () => {
    const next = random(23);
    const asked = Array.from({ length: quick ? 1_000 : 10_000 }, () => {
      const bare = anyAtom(next).replace(/\[.*/, '');
      const repo = next.chance(0.1) ? '::gentoo' : '';
      return [`${bare}${repo}${anyUseDependency(next)}`, next.some(flags)] as const;
    }).filter(([text]) => parseAtom(text));
    const answers = await oracle.askAll<string>('evaluateAtom', asked);
    asked.forEach(([text, use], index) => {
      const atom = parseAtom(text)!;
      const evaluated = evaluateAtom(atom, new Set(use));
      expect({ text, use, result: atomText(evaluated) }).toEqual({ text, use, result: answers[index] });
      expect(evaluated.unevaluated).toBe(evaluated === atom ? undefined : atom);
    });
  });
});
