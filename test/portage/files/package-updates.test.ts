import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { atomText, parseAtom } from '../../../portage/atom.ts';
import { inQuarterOrder, parsePackageUpdates, updateAtom } from '../../../portage/files/package-updates.ts';
import { quick } from '../../kit/environment.ts';
import { type Oracle, startOracle } from '../../kit/oracle.ts';
import { type Random, random } from '../../kit/random.ts';
import { spoilt } from '../../kit/words.ts';

let oracle: Oracle;
beforeAll(() => {
  oracle = startOracle();
});
afterAll(() => oracle.stop());

interface Answer {
  readonly errors: number;
  readonly atoms: readonly string[];
}

function ours(content: string, atoms: readonly string[]): Answer {
  const { value, problems } = parsePackageUpdates(content);
  return {
    errors: problems.length,
    atoms: atoms.map(text => {
      const atom = parseAtom(text)!;
      const after = value.reduce(updateAtom, atom);
      return after === atom ? text : atomText(after);
    }),
  };
}

const packages = ['app/a', 'app/b', 'app/c', 'app/c-d', 'dev-libs/a'];
const slots = ['0', '1', '2'];

function anyLine(next: Random): string {
  const one = () => next.pick(packages);
  const line = next.chance(0.6)
    ? `move ${one()} ${one()}`
    : `slotmove ${next.pick(['', '', '', '=', '!'])}${one()}${next.chance(0.1) ? '-1' : ''} ${next.pick(slots)} ${next.pick([...slots, '3/4'])}`;
  return next.chance(0.15) ? spoilt(line, next) : line;
}

function anyAtomOf(next: Random): string {
  const slot = next.pick(['', '', ':0', ':1', ':2/2', ':1/0', ':1=', ':2/1=', ':=']);
  const operator = next.pick(['', '', '>=', '=', '~', '<']);
  const version = operator === '' ? '' : '-1.2';
  return `${operator}${next.pick(packages)}${version}${slot}${next.pick(['', '', '::r', '[x]', '::r[-y]'])}`;
}

/** Names that older Portages take: beyond ASCII, and with a plus sign first. */
const formerly = /[^\0-\x7f]|(?:^|[\s/:=!])\+/;

/** Whether this Portage still takes them. */
async function takesThem(): Promise<boolean> {
  const [answer] = await oracle.askAll<Answer>('packageUpdates', [['move app/é app/+b', []]]);
  return answer?.errors === 0;
}

describe('package updates', () => {
  it('agree with Portage on random files', async () => {
    const next = random(7);
    const older = await takesThem();
    const all = Array.from({ length: quick ? 300 : 3_000 }, () => [
      Array.from({ length: 1 + next.below(5) }, () => anyLine(next)).join('\n'),
      Array.from({ length: 6 }, () => anyAtomOf(next)),
    ]) as [string, string[]][];
    const cases = older ? all.filter(([content]) => !formerly.test(content)) : all;
    expect(cases.length).toBeGreaterThan(all.length * 0.9);
    const answers = await oracle.askAll<Answer>('packageUpdates', cases);
    let changed = 0;
    const different = cases.flatMap(([content, atoms], index) => {
      const found = ours(content, atoms);
      if (found.atoms.some((text, at) => text !== atoms[at])) changed += 1;
      return JSON.stringify(found) === JSON.stringify(answers[index])
        ? []
        : [{ content, atoms, found, answer: answers[index] }];
    });
    expect(different).toEqual([]);
    expect(changed).toBeGreaterThan(cases.length / 3);
  });

  it('come in the order of the quarters', () => {
    expect(inQuarterOrder(['4Q-2023', '1Q-2024', '2Q-2009', 'README', '3Q-2023'])).toEqual([
      '2Q-2009',
      '3Q-2023',
      '4Q-2023',
      '1Q-2024',
      'README',
    ]);
  });
});
