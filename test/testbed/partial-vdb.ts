/** A VDB as years of use leave it: part of a merge list installed, some of it older or with other USE. */
import type { EbuildDeclaration, InstalledDeclaration } from './declaration.ts';
import type { Random } from './random.ts';
import { splitCpv } from './repository.ts';
import type { ResolvedNode } from './resolver.ts';

export interface Wear {
  /** Probabilities that a package is not installed, installed in another version, or with a USE flag turned. */
  readonly missing: number;
  readonly older: number;
  readonly turned: number;
}

function sameSlot(a: EbuildDeclaration, b: EbuildDeclaration): boolean {
  const slot = ({ SLOT = '0' }: EbuildDeclaration) => SLOT.split('/')[0];
  return slot(a) === slot(b) && / ~?amd64 /.test(` ${b.KEYWORDS ?? 'amd64'} `);
}

/** The `installed` of a declaration; entries stand in merge order, so that slot operators find what they bind to. */
export function wornVdb(
  mergelist: readonly ResolvedNode[],
  ebuilds: Readonly<Record<string, EbuildDeclaration>>,
  wear: Wear,
  random: Random,
): Record<string, InstalledDeclaration> {
  const versions = new Map<string, string[]>();
  for (const cpv of Object.keys(ebuilds)) {
    const { category, pn } = splitCpv(cpv);
    versions.set(`${category}/${pn}`, [...(versions.get(`${category}/${pn}`) ?? []), cpv]);
  }
  const installed: Record<string, InstalledDeclaration> = {};
  for (const node of mergelist) {
    if (node.type !== 'ebuild' || node.operation !== 'merge') continue;
    const { category, pn } = splitCpv(node.cpv);
    const others = versions
      .get(`${category}/${pn}`)!
      .filter(cpv => cpv !== node.cpv && sameSlot(ebuilds[node.cpv]!, ebuilds[cpv]!));
    const dropped = random.chance(wear.missing);
    const older = random.chance(wear.older) && others.length > 0;
    // flags of USE_EXPAND are turned everywhere or nowhere
    const own = node.iuse.filter(flag => !flag.includes('_'));
    const turned = random.chance(wear.turned) && own.length > 0;
    const use = new Set(node.use.filter(flag => node.iuse.includes(flag)));
    if (turned) {
      const flag = random.pick(own);
      if (!use.delete(flag)) use.add(flag);
    }
    const cpv = older ? random.pick(others) : node.cpv;
    // another version has its own flags: the configuration tells them
    installed[cpv] = { built: true, dropped, ...(older ? {} : { USE: [...use].join(' ') }) };
  }
  return installed;
}
