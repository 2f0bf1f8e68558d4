import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compareVersions, parseVersion, type Version, versionText } from '../../portage/version.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { random } from '../kit/random.ts';
import { anyVersion, nearVersion, spoilt } from '../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

function version(text: string): Version {
  const found = parseVersion(text);
  if (!found) throw new Error(`no version: ${text}`);
  return found;
}

const seeds = fc.nat();

describe('versions', () => {
  // PMS 3.2 and 3.3, one row for each rule of the algorithms
  it.each([
    ['1', '2', -1],
    ['9', '10', -1],
    ['18446744073709551615', '18446744073709551616', -1],
    ['01', '1', 0],
    ['1', '1.0', -1],
    ['1.1', '1.02', 1],
    ['1.010', '1.01', 0],
    ['1.10', '1.9', 1],
    ['1.0.0', '1.0', 1],
    ['12.2.5', '12.2b', 1],
    ['1a', '1', 1],
    ['1a', '1b', -1],
    ['1_alpha', '1_beta', -1],
    ['1_beta', '1_pre', -1],
    ['1_pre', '1_rc', -1],
    ['1_rc', '1', -1],
    ['1_p', '1', 1],
    ['1_p0', '1_p', 0],
    ['1_alpha_p1', '1_alpha', 1],
    ['1_alpha_beta', '1_alpha', -1],
    ['1_p9', '1_p10', -1],
    ['1-r0', '1', 0],
    ['1-r1', '1', 1],
    ['1-r01', '1-r1', 0],
    ['1-r9', '1-r10', -1],
    ['1-r99999999999999999999', '1-r100000000000000000000', -1],
  ])('%s against %s', async (left, right, expected) => {
    expect(compareVersions(version(left), version(right))).toBe(expected);
    expect(compareVersions(version(right), version(left))).toBe(0 - expected);
    expect(await oracle.ask('vercmp', [left, right])).toBe(expected);
  });

  it('compares random pairs as vercmp does', { timeout: 300_000 }, async () => {
    const next = random(20_260_101);
    const pairs = Array.from({ length: quick ? 5_000 : 50_000 }, () => {
      const left = anyVersion(next);
      return [left, next.chance(0.8) ? nearVersion(left, next) : anyVersion(next)] as const;
    });
    const answers = await oracle.askAll<number>('vercmp', pairs);
    const wrong = pairs.filter(
      ([left, right], index) => compareVersions(version(left), version(right)) !== answers[index],
    );
    expect(wrong).toEqual([]);
    // a generator whose pairs all differ, or never do, would prove little
    for (const result of [-1, 0, 1]) {
      expect(answers.filter(answer => answer === result).length).toBeGreaterThan(pairs.length / 20);
    }
  });

  it('accepts what Portage accepts', async () => {
    const next = random(7);
    const texts = Array.from({ length: quick ? 2_000 : 20_000 }, () => spoilt(anyVersion(next), next));
    const answers = await oracle.askAll<number | null>(
      'vercmp',
      // equal strings are never looked at
      texts.map(text => [text, text === '1' ? '2' : '1']),
    );
    expect(
      texts.filter((text, index) => (parseVersion(text) !== undefined) !== (answers[index] !== null)),
    ).toEqual([]);
    expect(answers.filter(answer => answer === null).length).toBeGreaterThan(texts.length / 5);
  });

  it('takes neither a line end nor digits of other scripts, as Portage by its regular expression does', async () => {
    for (const text of ['1\n', '٣']) {
      expect(parseVersion(text)).toBeUndefined();
      expect(await oracle.ask('vercmp', [text, '2'])).not.toBeNull();
    }
  });

  it('is written as it was read', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const text = anyVersion(random(seed));
        const { base, numbers, letter, suffixes, revision } = version(text);
        expect(versionText(version(text))).toBe(text);
        const suffix = suffixes.map(({ name, number }) => `_${name}${number}`).join('');
        expect(`${numbers.join('.')}${letter}${suffix}`).toBe(base);
        expect(revision === '' ? base : `${base}-r${revision}`).toBe(text);
      }),
    );
  });

  it('has a total order', () => {
    fc.assert(
      fc.property(seeds, seed => {
        const next = random(seed);
        const first = anyVersion(next);
        const second = nearVersion(first, next);
        const texts = [first, second, nearVersion(second, next)];
        const sorted = texts.map(version).sort(compareVersions) as [Version, Version, Version];
        const [low, middle, high] = sorted;
        expect(compareVersions(low, high)).toBeLessThanOrEqual(0);
        expect(compareVersions(low, low)).toBe(0);
        expect(compareVersions(high, low) + compareVersions(low, high)).toBe(0);
        if (compareVersions(low, middle) === 0 && compareVersions(middle, high) === 0) {
          expect(compareVersions(low, high)).toBe(0);
        }
      }),
      { numRuns: quick ? 1_000 : 10_000 },
    );
  });
});
