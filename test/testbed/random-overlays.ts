/** Overlays and a main repository by chance: what depends on what, in which slots, behind which flags. */
import type { EbuildDeclaration, RootDeclaration } from './declaration.ts';
import type { ToyOverlay } from './overlay-tree.ts';
import { type Random, seeded } from './random.ts';

interface Chance {
  readonly main: RootDeclaration;
  readonly overlays: Readonly<Record<string, ToyOverlay>>;
  readonly lists: readonly string[];
}

const flags = ['f', 'g', 'h'];
const mainNames = ['l/a', 'l/b', 'l/c', 'l/d', 'x/shared', 'x/both'];
const ownNames = ['o/a', 'o/b', 'o/c', 'o/d', 'o/e', 'o/f', 'o/g', 'x/shared', 'x/both'];
const otherNames = ['m/a', 'm/b', 'm/c', 'x/both'];
const eclasses = ['one', 'two', 'three'];

function atom(next: Random, names: readonly string[]): string {
  const name = next.pick(names);
  const version = next.below(4) + 1;
  const [before, after] = next.pick([
    ['', ''],
    ['', ''],
    ['', ''],
    ['>=', `-${version}`],
    ['<', `-${version + 1}`],
    ['=', `-${version}*`],
    ['~', `-${version}`],
  ] as const);
  const slot = next.pick(['', '', '', '', ':=', ':0', ':1', ':1=']);
  const flag = next.pick(flags);
  const use = next.pick(['', '', '', '', `[${flag}(+)]`, `[${flag}?]`, `[-${flag}(-)]`, `[${flag}]`]);
  return `${before}${name}${after}${slot}${use}`;
}

function dependencies(next: Random, names: readonly string[], depth = 2): string {
  const parts = Array.from({ length: 1 + next.below(2) }, () => {
    const roll = next.below(10);
    if (depth === 0 || roll < 6) return next.chance(0.08) ? `!${next.pick(names)}` : atom(next, names);
    const inner = () => dependencies(next, names, depth - 1);
    if (roll < 8) return `|| ( ${inner()} ( ${inner()} ) )`;
    return `${next.pick(['', '!'])}${next.pick(flags)}? ( ${inner()} )`;
  });
  return parts.join(' ');
}

function ebuilds(next: Random, own: readonly string[], names: readonly string[], often: number) {
  const result: Record<string, EbuildDeclaration> = {};
  for (const name of own) {
    for (const version of next.some(['1', '2', '3', '4-r1'], 1 + next.below(2))) {
      const needs = (probability: number) => (next.chance(probability) ? dependencies(next, names) : '');
      result[`${name}-${version}`] = {
        // all flags may stand in conditions
        IUSE: flags.map(flag => `${next.pick(['', '', '+'])}${flag}`).join(' '),
        SLOT: next.pick(['0', '0', '0', '1', '1/5']),
        RDEPEND: needs(often),
        DEPEND: needs(often / 2),
        BDEPEND: needs(often / 3),
        PDEPEND: needs(often / 4),
        IDEPEND: needs(often / 6),
        ...(next.chance(0.3) ? { inherit: next.some(eclasses, 1 + next.below(2)).join(' ') } : {}),
      };
    }
  }
  return result;
}

function eclassTexts(next: Random, names: readonly string[], probability: number): Record<string, string> {
  const texts = eclasses.map((name, at) => {
    const deeper = at > 0 && next.chance(0.4) ? `inherit ${eclasses[at - 1]}\n` : '';
    return [name, `${deeper}RDEPEND+=" ${next.pick(names)}"\nIUSE+=" of-${next.below(100)}"\n`] as const;
  });
  return Object.fromEntries(texts.filter(() => next.chance(probability)));
}

export function randomOverlays(seed: string): Chance {
  const next = seeded(seed);
  const all = [...mainNames, ...ownNames, ...otherNames];
  return {
    main: {
      ebuilds: ebuilds(next, mainNames, mainNames.slice(0, 4), 0.2),
      eclasses: eclassTexts(next, ['l/a', 'l/b'], 1),
    },
    overlays: {
      o: {
        ebuilds: ebuilds(next, ownNames, all, 0.6),
        eclasses: eclassTexts(next, ['l/a', 'o/a', 'o/b'], 0.5),
        masters: next.chance(0.5) ? ['testbed', 'm'] : ['testbed'],
      },
      m: {
        ebuilds: ebuilds(next, otherNames, [...mainNames, ...otherNames], 0.4),
        eclasses: eclassTexts(next, ['l/c', 'm/a'], 0.3),
      },
    },
    lists: [`${next.pick(ownNames)}::o`, `${next.pick(ownNames)}::o\n${next.pick(otherNames)}::m`, 'o/*::o'],
  };
}
