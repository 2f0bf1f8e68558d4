import { expect, test } from 'vitest';
import { parseAtom } from '../../portage/atom.ts';
import { atomMatches } from '../../portage/atom-match.ts';
import { parseCpv } from '../../portage/cpv.ts';
import { closureOf, type World } from '../kit/closure-world.ts';
import { anyDependencyText, spoiltDependencyText } from '../kit/dependency-texts.ts';
import { quick } from '../kit/environment.ts';
import { random } from '../kit/random.ts';

const names = ['a/b', 'a/c', 'a/d', 'a/e', 'a/f', 'a/g', 'dev-libs/foo', 'app-misc/gtk+'];
const fields = ['DEPEND', 'RDEPEND', 'BDEPEND', 'PDEPEND', 'IDEPEND'];

function anyWorld(seed: number): World {
  const next = random(seed);
  const ebuilds = () =>
    Object.fromEntries(
      next.some(names, 0.6).flatMap(name =>
        next.some(['0', '1', '1-r1', '2.7', '30'], 0.4).map(version => {
          const text = () =>
            next.chance(0.9)
              ? anyDependencyText('depend', next, 3)
              : spoiltDependencyText(anyDependencyText('depend', next, 3), next);
          const needs = next.some(fields, 0.5).map(field => [field, text()]);
          const SLOT = next.pick(['0', '1', '3/3.1', '0/0', '', '/']);
          return [`${name}-${version}`, { ...Object.fromEntries(needs), SLOT, IUSE: 'ssl +X -a+b' }];
        }),
      ),
    );
  const rubbish = [
    '',
    '/',
    '..',
    'a/b/../../x.ebuild',
    'a/b/c-1.ebuild',
    'eclass/.eclass',
    'profiles/updates/\n',
    '\0.ebuild',
  ];
  return {
    overlays: { o: ebuilds(), m: ebuilds() },
    masters: { o: ['gentoo', 'm', 'm', 'o', 'nowhere'] },
    texts: { o: Object.fromEntries(rubbish.map(path => [path, 'inherit x ../../y'])) },
    local: ebuilds(),
  };
}

test('ends, takes only what is there, and nothing that is here', () => {
  let brought = 0;
  for (let seed = 0; seed < (quick ? 50 : 500); seed += 1) {
    const world = anyWorld(seed);
    const found = closureOf('*/b::o\n=a/c-1*::o\na/d:1::m\nb/*::o', world);
    const here = Object.entries(world.local ?? {}).map(([text, { SLOT = '0' }]) => {
      const [slot = '', subslot] = SLOT.split('/');
      return { cpv: parseCpv(text)!, slot, subslot };
    });
    for (const { overlay, cpvs, because } of found.packages) {
      for (const cpv of cpvs) expect(Object.keys(world.overlays[overlay]!)).toContain(cpv);
      expect(because.length).toBeGreaterThan(0);
      for (const why of because) {
        if (why.kind === 'selected') continue;
        brought += 1;
        const atoms = why.atom.split(' ').map(text => parseAtom(text)!);
        // flags are the same everywhere here, and some are nowhere
        const known = atoms.every(({ use }) => !use);
        const matches = here.filter(one => atoms.every(atom => atomMatches(atom, one)));
        if (known) expect([seed, why, matches]).toEqual([seed, why, []]);
      }
    }
  }
  expect(brought).toBeGreaterThan(quick ? 20 : 300);
});
