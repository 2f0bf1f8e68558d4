/**
 * Trees out of a seed, with the shape that real ones have: about three edges a package, one large component of
 * circles through runtime dependencies, alternatives, slots, USE conditions and USE dependencies, virtuals, several
 * versions, few blockers.
 */
import type { EbuildDeclaration, RootDeclaration } from './declaration.ts';
import { type Random, seeded } from './random.ts';

const categories = ['app-misc', 'dev-lang', 'dev-libs', 'net-libs', 'sys-apps', 'x11-libs'];
const flags = ['doc', 'gui', 'jit', 'nls', 'ssl', 'static', 'tools', 'zip'];

interface Version {
  readonly cpv: string;
  readonly slot: string;
  readonly subSlot: string;
}

interface Planned {
  readonly cpn: string;
  readonly virtual: boolean;
  /** Oldest first. */
  readonly versions: readonly Version[];
  /** flag -> on by default. */
  readonly iuse: ReadonlyMap<string, boolean>;
}

export interface GeneratedTree {
  readonly seed: string;
  readonly declaration: RootDeclaration;
  /** Targets that together reach most of the tree. */
  readonly targets: readonly string[];
}

function planVersions(cpn: string, random: Random): Version[] {
  const count = 1 + (random.chance(0.45) ? 1 : 0) + (random.chance(0.2) ? 1 : 0);
  const slotted = random.chance(0.12);
  const subSlots = random.chance(0.35);
  return Array.from({ length: count }, (_, index) => {
    const number = `${index + 1}.${random.below(10)}${random.chance(0.2) ? `-r${1 + random.below(3)}` : ''}`;
    const slot = slotted ? String(index + 1) : '0';
    return { cpv: `${cpn}-${number}`, slot, subSlot: subSlots ? String(index + 1) : slot };
  });
}

function plan(index: number, random: Random): Planned {
  const virtual = index > 6 && random.chance(0.06);
  const cpn = virtual ? `virtual/v${index}` : `${random.pick(categories)}/p${index}`;
  const wanted = virtual ? [] : random.some(flags, random.below(5));
  return {
    cpn,
    virtual,
    versions: virtual ? [{ cpv: `${cpn}-0`, slot: '0', subSlot: '0' }] : planVersions(cpn, random),
    iuse: new Map(wanted.map(flag => [flag, random.chance(0.5)])),
  };
}

/** `[…]` that the target's defaults satisfy, or that follow the parent's flag. */
function useDependency(parent: Planned, target: Planned, random: Random): string {
  if (target.iuse.size === 0 || !random.chance(0.2))
    return random.chance(0.03) ? '[absent(-)?]'.replace('absent', firstFlag(parent)) : '';
  const [flag, on] = random.pick([...target.iuse]);
  if (parent.iuse.has(flag) && parent.iuse.get(flag) === on && random.chance(0.5)) {
    return random.pick([`[${flag}=]`, `[${flag}(+)=]`, on ? `[${flag}?]` : `[!${flag}?]`]);
  }
  return `[${on ? '' : '-'}${flag}${random.chance(0.4) ? '(+)' : ''}]`;
}

function firstFlag(parent: Planned): string {
  return [...parent.iuse.keys()][0] ?? 'absent';
}

function atom(parent: Planned, target: Planned, random: Random, eapi: number): string {
  const version = random.pick(target.versions);
  const newest = target.versions.at(-1)!;
  const [operator, name] = random.chance(0.3)
    ? random.pick([
        ['>=', version.cpv],
        ['>=', target.versions[0]!.cpv],
        ['<=', newest.cpv],
        ['~', newest.cpv.replace(/-r\d+$/, '')],
        ['=', `${newest.cpv.replace(/\.\d+(-r\d+)?$/, '')}*`],
      ] as const)
    : (['', target.cpn] as const);
  let slot = '';
  if (random.chance(0.25)) {
    const fixed = operator === '' || operator === '>=' ? newest.slot : '';
    slot = random.pick([':=', ':=', fixed && `:${fixed}=`, fixed && `:${fixed}`, ':*']);
  }
  // a flag of the parent must be in its IUSE
  let use = useDependency(parent, target, random);
  if (use.includes('absent')) use = '';
  return `${operator}${name}${eapi >= 5 ? slot : slot.replace(/[=*]$/, '').replace(/:$/, '')}${use}`;
}

function conditional(parent: Planned, inner: string, random: Random): string {
  if (parent.iuse.size === 0 || !random.chance(0.22)) return inner;
  const flag = random.pick([...parent.iuse.keys()]);
  const outer = `${random.chance(0.3) ? '!' : ''}${flag}? ( ${inner} )`;
  return random.chance(0.15) && parent.iuse.size > 1
    ? `${random.pick([...parent.iuse.keys()])}? ( ${outer} )`
    : outer;
}

function dependency(parent: Planned, below: readonly Planned[], random: Random, eapi: number): string {
  const target = near(below, random);
  if (random.chance(0.1) && below.length > 2) {
    const others = [target, near(below, random), ...(random.chance(0.3) ? [near(below, random)] : [])];
    const choices = others.map(other =>
      atom(parent, other, random, eapi).replace(/:(\d+)?=/, match => match.slice(0, -1).replace(/:$/, '')),
    );
    if (random.chance(0.2)) choices[0] = `( ${choices[0]} ${near(below, random).cpn} )`;
    return conditional(parent, `|| ( ${choices.join(' ')} )`, random);
  }
  return conditional(parent, atom(parent, target, random, eapi), random);
}

/** Mostly something basic that everyone needs, or something close. */
function near(below: readonly Planned[], random: Random): Planned {
  if (random.chance(0.35)) return below[random.below(Math.min(below.length, 8))]!;
  return below[below.length - 1 - Math.floor((random.below(1000) / 1000) ** 2 * below.length)]!;
}

function ebuild(all: readonly Planned[], index: number, version: Version, random: Random): EbuildDeclaration {
  const parent = all[index]!;
  const below = all.slice(0, index).filter(other => other.cpn !== parent.cpn);
  const eapi = Number(random.pick(['8', '8', '8', '8', '7', '7', '6', '5']));
  const some = (probability: number, most: number) =>
    below.length === 0
      ? ''
      : Array.from({ length: most }, () =>
          random.chance(probability) ? dependency(parent, below, random, eapi) : '',
        )
          .filter(text => text !== '')
          .join(' ');
  const SLOT = version.subSlot === version.slot ? version.slot : `${version.slot}/${version.subSlot}`;
  const IUSE = [...parent.iuse].map(([flag, on]) => `${on ? '+' : ''}${flag}`).join(' ');
  if (parent.virtual) {
    const providers = [near(below, random), near(below, random)].map(provider => provider.cpn);
    return { EAPI: String(eapi), SLOT, RDEPEND: `|| ( ${providers.join(' ')} )` };
  }
  const shared = some(0.55, 3);
  const later = all.slice(index + 1, index + 12).filter(other => !other.virtual);
  const back = later.length > 0 && random.chance(0.08) ? random.pick(later).cpn : '';
  const old = all.find(other => other.versions.length > 1 && other !== parent && random.chance(0.02));
  const blocker = old && random.chance(0.3) ? `!<${old.versions.at(-1)!.cpv}` : '';
  return {
    EAPI: String(eapi),
    SLOT,
    IUSE,
    DEPEND: [shared, some(0.3, 2)].join(' '),
    RDEPEND: [shared, some(0.45, 2), random.chance(0.5) ? back : '', blocker].join(' '),
    PDEPEND: [
      random.chance(0.06) && later.length > 0 ? random.pick(later).cpn : '',
      back && random.chance(0.5) ? back : '',
    ].join(' '),
    ...(eapi >= 7 ? { BDEPEND: some(0.3, 2) } : {}),
    ...(eapi >= 8 && random.chance(0.08) ? { IDEPEND: some(0.8, 1) } : {}),
  };
}

/** The same seed and options give the same tree everywhere; whether it resolves is for Portage to say. */
export function generateTree(seed: string, options: { packages: number }): GeneratedTree {
  const random = seeded(`tree ${seed}`);
  const all = Array.from({ length: options.packages }, (_, index) => plan(index, random));
  const ebuilds: Record<string, EbuildDeclaration> = {};
  all.forEach((planned, index) => {
    for (const version of planned.versions) ebuilds[version.cpv] = ebuild(all, index, version, random);
  });
  const upper = all.slice(Math.floor(all.length * 0.6)).filter(({ virtual }) => !virtual);
  const targets = [...new Set([all.at(-1)!, ...random.some(upper, 2 + random.below(5))])].map(
    ({ cpn }) => cpn,
  );
  const packageUse = random
    .some(all, Math.ceil(all.length / 8))
    .filter(({ iuse }) => iuse.size > 0)
    .map(
      ({ cpn, iuse }) =>
        `${cpn} ${[...iuse.keys()].map(flag => `${random.chance(0.5) ? '-' : ''}${flag}`).join(' ')}`,
    );
  const USE = random
    .some(flags, random.below(3))
    .map(flag => `${random.chance(0.5) ? '-' : ''}${flag}`)
    .join(' ');
  return { seed, targets, declaration: { ebuilds, packageUse, makeConf: { USE }, world: targets } };
}
