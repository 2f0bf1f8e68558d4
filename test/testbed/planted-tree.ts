/**
 * What makes runs differ from a first merge, planted into a generated tree: libraries whose subslots change, packages
 * with several slots, what is blocked, binary packages that were built from other dependencies.
 */
import type { BinaryDeclaration, EbuildDeclaration, InstalledDeclaration } from './declaration.ts';
import type { GeneratedTree } from './generated-tree.ts';
import { type Random, seeded } from './random.ts';
import { splitCpv } from './repository.ts';

const bound = 'dev-libs/bound';
const chained = 'dev-libs/chained';
const slotted = 'dev-lang/slotted';
const gone = 'app-misc/gone';
const replaced = 'app-misc/replaced';

/** Oldest first: a subslot for each of the first two, the third keeps the second's. */
const plants: Readonly<Record<string, EbuildDeclaration>> = {
  [`${bound}-1`]: { SLOT: '0/1' },
  [`${bound}-2`]: { SLOT: '0/2' },
  [`${bound}-3`]: { SLOT: '0/2' },
  // rebuilt itself, or with a new subslot of its own
  [`${chained}-1`]: { SLOT: '0/1', DEPEND: `${bound}:=`, RDEPEND: `${bound}:=` },
  [`${chained}-2`]: { SLOT: '0/2', DEPEND: `${bound}:=`, RDEPEND: `>=${bound}-2:=` },
  [`${slotted}-1`]: { SLOT: '1' },
  [`${slotted}-1.5`]: { SLOT: '1' },
  [`${slotted}-2`]: { SLOT: '2', RDEPEND: `${bound}` },
  [`${slotted}-3`]: { SLOT: '3', IDEPEND: `${slotted}:1` },
  [`${gone}-1`]: {},
  [`${replaced}-1`]: {},
  [`${replaced}-2`]: { SLOT: '2', RDEPEND: `!${replaced}:0` },
};

/** What each plant gives its users to depend on: DEPEND and RDEPEND alike, or RDEPEND alone. */
const both = [`${bound}:=`, `${bound}:=`, `>=${bound}-1:=`, `${bound}:0=`, `${chained}:=`, `${chained}:0=`];
const alone = [
  `${slotted}:1`,
  `${slotted}:2`,
  `${slotted}:*`,
  `>=${slotted}-1.5`,
  `${slotted}:=`,
  `|| ( ${slotted}:2 ${slotted}:1 )`,
  `|| ( ${slotted}:3 ${slotted}:2 )`,
  `|| ( >=${bound}-2 ${slotted}:1 )`,
  `${slotted}:1 ${slotted}:3`,
];
const blockers = [`!${gone}`, `!!<${gone}-2`, `${replaced}:2`, `!${gone} ${replaced}:2`];

/** The VDB as it was when the library had its first subslot. */
export function boundToOldest(
  installed: Readonly<Record<string, InstalledDeclaration>>,
): Record<string, InstalledDeclaration> {
  const older = Object.entries(installed).map(([cpv, entry]) =>
    cpv.startsWith(`${bound}-`) ? ([`${bound}-1`, { built: true }] as const) : ([cpv, entry] as const),
  );
  return Object.fromEntries(older);
}

/** What is installed beforehand and blocked by some. */
export const blocked: readonly string[] = [`${gone}-1`, `${replaced}-1`];

interface Chances {
  readonly bound: number;
  readonly slotted: number;
  readonly blocking: number;
}

export function plantTree(tree: GeneratedTree, chances: Chances): GeneratedTree {
  const random = seeded(`plants ${tree.seed}`);
  const ebuilds: Record<string, EbuildDeclaration> = { ...plants };
  for (const [cpv, ebuild] of Object.entries(tree.declaration.ebuilds ?? {})) {
    const shared = random.chance(chances.bound) ? random.pick(both) : '';
    const runtime = random.chance(chances.slotted) ? random.pick(alone) : '';
    const against = random.chance(chances.blocking) ? random.pick(blockers) : '';
    const join = (...parts: (string | undefined)[]) => parts.filter(part => part).join(' ');
    ebuilds[cpv] = cpv.startsWith('virtual/')
      ? ebuild
      : {
          ...ebuild,
          DEPEND: join(ebuild.DEPEND, shared),
          RDEPEND: join(ebuild.RDEPEND, shared, runtime, against),
        };
  }
  return { ...tree, declaration: { ...tree.declaration, ebuilds } };
}

/**
 * Binary packages of some ebuilds. Half of them were built when the ebuild had other dependencies: one more, or
 * one for all of a class.
 */
export function plantBinaries(
  ebuilds: Readonly<Record<string, EbuildDeclaration>>,
  random: Random,
): Record<string, BinaryDeclaration> {
  const cpvs = Object.keys(ebuilds).filter(cpv => !cpv.startsWith('virtual/'));
  const binaries: Record<string, BinaryDeclaration> = {};
  cpvs.forEach((cpv, index) => {
    if (!random.chance(0.75)) return;
    const { category, pn } = splitCpv(random.pick(cpvs.slice(0, Math.max(1, index))));
    const own = splitCpv(cpv);
    const other = `${category}/${pn}`;
    const others = other !== `${own.category}/${own.pn}` && random.chance(0.5);
    binaries[cpv] = others ? { recorded: { [random.pick(['RDEPEND', 'RDEPEND', 'PDEPEND'])]: other } } : {};
  });
  return binaries;
}
