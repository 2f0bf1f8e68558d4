import { expect, test } from 'vitest';
import { type Atom, parseAtom } from '../../portage/atom.ts';
import { atomMatches } from '../../portage/atom-match.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { unownedPackages } from '../../sets/unowned.ts';

const installed: [string, string][] = [
  ['app-t/a-1', '0'],
  ['app-t/slotted-1', '1'],
  ['app-t/slotted-2', '2'],
];
const match = (atom: Atom) =>
  installed.filter(([cpv, slot]) => atomMatches(atom, { cpv: parseCpv(cpv)!, slot })).map(([cpv]) => cpv);

/** World entries that are in no set, `entry<set` where one that is not selected holds it. */
function unowned(world: string[], selected: string[], others: Record<string, string[]> = {}): string[] {
  const atoms = (texts: string[]) => texts.map(one => parseAtom(one)!);
  const sets = [
    { name: 'chosen', selected: true, atoms: atoms(selected) },
    ...Object.entries(others).map(([name, texts]) => ({ name, selected: false, atoms: atoms(texts) })),
  ];
  return unownedPackages(world, sets, match).map(({ atom, inUnselected }) =>
    [atom, ...inUnselected].join('<'),
  );
}

test.each<[string[], string[], string[]]>([
  [['app-t/a'], ['app-t/a'], []],
  [['app-t/a'], ['>=app-t/a-1'], []],
  [['app-t/a'], ['>=app-t/a-2'], ['app-t/a']],
  [['app-t/slotted:1'], ['app-t/slotted'], []],
  [['app-t/slotted'], ['app-t/slotted:1'], ['app-t/slotted']],
  [['app-t/gone'], ['app-t/gone'], []],
  [['app-t/gone:1'], ['app-t/gone:2'], ['app-t/gone:1']],
  [['app-t/a', 'no atom'], [], ['app-t/a']],
])('world %j, selected %j', (world, selected, expected) => {
  expect(unowned(world, selected)).toEqual(expected);
});

test('a set that is not selected is named', () => {
  expect(unowned(['app-t/a', 'app-t/b'], [], { one: ['app-t/a'], two: ['app-t/a'] })).toEqual([
    'app-t/a<one<two',
    'app-t/b',
  ]);
});
