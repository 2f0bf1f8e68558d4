/** A large VDB in which every package has its neighbours: for `emerge X` of one package on a full system. */
import type { EbuildDeclaration, InstalledDeclaration, RootDeclaration } from './declaration.ts';
import { type Random, seeded } from './random.ts';

const categories = [
  'app-misc',
  'app-text',
  'dev-libs',
  'dev-util',
  'media-libs',
  'net-libs',
  'sys-apps',
  'x11-libs',
];

export interface SyntheticVdb {
  readonly declaration: RootDeclaration;
  /** Installed packages with at least two direct dependencies and two dependents, all of them installed. */
  readonly targets: readonly string[];
  /** cpn -> what it needs directly at build or run time. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

interface Part {
  readonly atom: string;
  /** As Portage records it after a build. */
  readonly recorded: string;
}

function part(cpn: string, random: Random): Part {
  const form = random.below(5);
  if (form === 0) return { atom: `${cpn}:=`, recorded: `${cpn}:0/1=` };
  if (form === 1) return { atom: `>=${cpn}-1`, recorded: `>=${cpn}-1` };
  if (form === 2) return { atom: `ssl? ( ${cpn} )`, recorded: cpn };
  if (form === 3) return { atom: `${cpn}[ssl(+)]`, recorded: `${cpn}[ssl(+)]` };
  return { atom: cpn, recorded: cpn };
}

/** `count` packages, each installed in the version that the tree offers. */
export function syntheticVdb(count: number): SyntheticVdb {
  const random = seeded(`vdb ${count}`);
  const ebuilds: Record<string, EbuildDeclaration> = {};
  const installed: Record<string, InstalledDeclaration> = {};
  const names: string[] = [];
  const needs = new Map<string, string[]>();
  const dependents = new Map<string, number>();
  for (let index = 0; index < count; index += 1) {
    const cpn = `${random.pick(categories)}/n${index}`;
    // mostly near ones, so that the basic packages don't have all dependents
    const below = names.slice(random.chance(0.3) ? 0 : -40);
    const needed = random.some(below, Math.min(below.length, 1 + random.below(4)));
    const parts = needed.map(name => part(name, random));
    const split = random.below(parts.length + 1);
    const join = (list: readonly Part[], form: keyof Part) => list.map(entry => entry[form]).join(' ');
    const common = { EAPI: '8', SLOT: '0/1', IUSE: '+ssl' };
    ebuilds[`${cpn}-1`] = {
      ...common,
      DEPEND: join(parts.slice(split), 'atom'),
      RDEPEND: join(parts, 'atom'),
    };
    installed[`${cpn}-1`] = {
      ...common,
      USE: 'amd64 elibc_glibc kernel_linux ssl userland_GNU',
      DEPEND: join(parts.slice(split), 'recorded'),
      RDEPEND: join(parts, 'recorded'),
    };
    names.push(cpn);
    needs.set(cpn, needed);
    for (const name of needed) dependents.set(name, (dependents.get(name) ?? 0) + 1);
  }
  const targets = names.filter(cpn => needs.get(cpn)!.length >= 2 && (dependents.get(cpn) ?? 0) >= 2);
  return { declaration: { ebuilds, installed, world: names.slice(-20) }, targets, needs };
}
