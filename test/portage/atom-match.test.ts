import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { evaluateAtom, parseAtom } from '../../portage/atom.ts';
import { atomMatches, type Candidate } from '../../portage/atom-match.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { quick } from '../kit/environment.ts';
import { type Oracle, startOracle } from '../kit/oracle.ts';
import { type Random, random } from '../kit/random.ts';
import { anyUseDependency, anyVersion, flags, nearVersion } from '../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface CandidateWords {
  cpv: string;
  slot: string;
  subslot?: string;
  repo?: string;
  buildId?: string;
  iuse?: string[];
  use?: string[];
}

interface Case {
  atom: string;
  /** USE of the package that has the atom; null: not evaluated. */
  parentUse: string[] | null;
  candidates: CandidateWords[];
}

function candidate({ cpv, iuse, use, ...rest }: CandidateWords): Candidate {
  return { ...rest, cpv: parseCpv(cpv)!, iuse: iuse && new Set(iuse), use: use && new Set(use) };
}

function matches({ atom: text, parentUse, candidates }: Case): boolean[] {
  const atom = parseAtom(text, { allowWildcard: true })!;
  const evaluated = parentUse ? evaluateAtom(atom, new Set(parentUse)) : atom;
  return candidates.map(words => atomMatches(evaluated, candidate(words)));
}

async function compare(cases: readonly Case[]): Promise<number> {
  const answers = await oracle.askAll<boolean[]>(
    'match',
    cases.map(({ atom, parentUse, candidates }) => [atom, parentUse, candidates]),
  );
  expect(cases.map(one => [one, matches(one)])).toEqual(cases.map((one, index) => [one, answers[index]]));
  const all = answers.flat();
  return all.filter(Boolean).length / all.length;
}

const names = ['dev-libs/foo', 'dev-libs/foo-bar', 'app-misc/foo', 'dev-libs/oo', 'virtual/gtk+'];
const slots = ['0', '1', '0/1', '1/2', '0/0'];

function anyCandidate(cpv: string, next: Random): CandidateWords {
  const [slot, subslot] = next.pick(slots).split('/') as [string, string?];
  const result: CandidateWords = { cpv, slot };
  if (subslot !== undefined) result.subslot = subslot;
  if (next.chance(0.7)) result.repo = next.pick(['gentoo', 'guru']);
  if (next.chance(0.2)) result.buildId = String(1 + next.below(3));
  if (next.chance(0.8)) result.iuse = next.some(flags, 0.7);
  if (result.iuse) result.use = next.some(flags, 0.5);
  return result;
}

function anyCase(next: Random): Case {
  const version = anyVersion(next);
  const name = next.pick(names);
  const operator = next.pick(['', '<', '<=', '=', '=', '~', '>=', '>', '=*', '=*', 'wild']);
  const buildId = next.chance(0.1) && operator !== '=*' ? `-${1 + next.below(3)}` : '';
  const forms: Record<string, string> = {
    '': name,
    '=*': `=${name}-${next.chance(0.5) ? version.slice(0, 1 + next.below(version.length)).replace(/[^0-9a-z]+$/, '') : version}*`,
    wild: next.pick([
      '*/*',
      'dev-*/foo*',
      '*/*oo',
      'd*s/f*-b*',
      '=*/*-*1*',
      '=dev-libs/f*-*r1*',
      '*/g*+',
      '*libs/o*o',
    ]),
  };
  const slot = next.pick(['', '', '', ':=', ':*', ...slots.map(one => `:${one}`), ':0/1=', ':1=']);
  const repo = next.chance(0.2) ? next.pick(['::gentoo', '::guru']) : '';
  const use = operator !== 'wild' && next.chance(0.6) ? anyUseDependency(next) : '';
  const candidates = Array.from({ length: 6 }, () => {
    const other = next.chance(0.85) ? name : next.pick(names);
    return anyCandidate(`${other}-${next.chance(0.3) ? version : nearVersion(version, next)}`, next);
  });
  const written = forms[operator] ?? `${operator}${name}-${version}${buildId}`;
  return {
    atom: `${next.pick(['', '', '', '!', '!!'])}${written}${slot}${repo}${use}`,
    parentUse: next.chance(0.6) ? next.some(flags) : null,
    candidates,
  };
}

function plain(atom: string, ...cpvs: string[]): Case {
  return { atom, parentUse: null, candidates: cpvs.map(cpv => ({ cpv, slot: '0' })) };
}

describe('an atom', () => {
  // PMS 8.3.1
  it.each([
    plain('=a/b-1*', 'a/b-1', 'a/b-10', 'a/b-1.0', 'a/b-1a', 'a/b-1_p', 'a/b-1-r1', 'a/b-01', 'a/b-001.2'),
    plain('=a/b-01*', 'a/b-1', 'a/b-01', 'a/b-011'),
    plain('=a/b-0*', 'a/b-0', 'a/b-00', 'a/b-0.1', 'a/b-1'),
    plain('=a/b-1.0*', 'a/b-1.0', 'a/b-1.00', 'a/b-1.01', 'a/b-1.0.1'),
    plain('=a/b-1_p*', 'a/b-1_p', 'a/b-1_p1', 'a/b-1_pre', 'a/b-1_p_p'),
    plain('=a/b-1-r1*', 'a/b-1-r1', 'a/b-1-r10', 'a/b-1'),
    plain('=a/b-1-r0*', 'a/b-1-r0', 'a/b-1'),
    plain('~a/b-1', 'a/b-1', 'a/b-1-r5', 'a/b-1.0', 'a/b-01', 'a/b-1_p0'),
    plain('~a/b-1-r2', 'a/b-1', 'a/b-1-r5'),
    plain('=a/b-1', 'a/b-1-r0', 'a/b-01', 'a/b-1.0', 'a/b-1-r1'),
    plain('>a/b-1-r1', 'a/b-1', 'a/b-1-r1', 'a/b-1-r2', 'a/b-1_p'),
    plain('=a/b-1-2', 'a/b-1'),
    plain('>=a/b-1-2', 'a/b-1'),
    plain('a/*', 'a/b-1', 'a/bc-1', 'ab/c-1'),
    plain('*/b*b', 'a/b-1', 'a/bb-1', 'a/bab-1'),
    plain('=*/*-*1*', 'a/b-0', 'a/b-0-r1', 'a/b1-0'),
  ])('$atom matches what it matches in Portage', async one => {
    await compare([one]);
  });

  it('matches what it matches in Portage, random', { timeout: 300_000 }, async () => {
    const next = random(31);
    const cases = Array.from({ length: quick ? 2_000 : 20_000 }, () => anyCase(next)).filter(({ atom }) =>
      parseAtom(atom, { allowWildcard: true }),
    );
    expect(cases.length).toBeGreaterThan(quick ? 1_000 : 10_000);
    const share = await compare(cases);
    expect(share).toBeGreaterThan(0.1);
    expect(share).toBeLessThan(0.9);
  });

  it('with =* looks at one name only, where match_from_list trusts its caller with that', async () => {
    const one = plain('=a/b-1*', 'a/b-1-c-2');
    expect(matches(one)).toEqual([false]);
    expect(await oracle.ask('match', [one.atom, null, one.candidates])).toEqual([true]);
  });
});
