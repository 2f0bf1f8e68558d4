/** Makes a repository of stub ebuilds from md5-cache entries (PMS 14.3): real dependencies, phases that only sleep. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { join } from 'node:path';
import type { EbuildDeclaration } from './declaration.ts';
import { splitCpv, writeEbuild, writeRepositoryFrame } from './repository.ts';

/** What a stub keeps of an entry. SRC_URI, RESTRICT and PROPERTIES (live) would make a merge do more than sleep. */
const kept = [
  'EAPI',
  'SLOT',
  'KEYWORDS',
  'IUSE',
  'REQUIRED_USE',
  'DEPEND',
  'BDEPEND',
  'RDEPEND',
  'PDEPEND',
  'IDEPEND',
  'LICENSE',
] as const;

const dependencyClasses = ['DEPEND', 'BDEPEND', 'RDEPEND', 'PDEPEND', 'IDEPEND'] as const;

/** Entries of a `metadata/md5-cache` folder: cpv -> declaration of its stub. */
export function readMd5Cache(folder: string): Record<string, EbuildDeclaration> {
  const found: Record<string, EbuildDeclaration> = {};
  for (const category of readdirSync(folder).sort()) {
    for (const pf of readdirSync(join(folder, category)).sort()) {
      const text = readFileSync(join(folder, category, pf), 'utf8');
      const fields = new Map(
        text.split('\n').map(line => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
      );
      // an absent KEYWORDS means none, not the testbed's default
      const entry: Record<string, string> = { KEYWORDS: '' };
      for (const name of kept) {
        const value = fields.get(name);
        if (value !== undefined) entry[name] = value;
      }
      found[`${category}/${pf}`] = entry;
    }
  }
  return found;
}

interface Wanted {
  readonly versions: Map<string, string>;
  readonly flags: Map<string, string>;
}

/** The version that satisfies the atom best known by its operator and version. */
function satisfying(operator: string, version: string): string {
  if (version === '') return '1';
  if (operator === '<') return '0';
  return operator === '>' ? `${version.replace(/-r\d+$/, '')}.1` : version.replace(/\*$/, '');
}

function want(wanted: Map<string, Wanted>, token: string, known: ReadonlySet<string>): void {
  const atom = /^([<>=~]*)([^:[\]]+)(?::([^[\]]*))?(?:\[([^\]]*)\])?$/.exec(token);
  if (!atom) return;
  const [, operator = '', name = '', slots = '', use = ''] = atom;
  const split = operator === '' ? null : /^(.+?)-(\d[^-]*(?:-r\d+)?)$/.exec(name);
  const cpn = split ? split[1]! : name;
  if (!cpn.includes('/') || known.has(cpn)) return;
  const entry = wanted.get(cpn) ?? { versions: new Map(), flags: new Map() };
  wanted.set(cpn, entry);
  const slot = slots.replace(/[=*]$/, '');
  entry.versions.set(satisfying(operator, split?.[2] ?? ''), slot === '' ? '0' : slot);
  for (const dependency of use.split(',')) {
    const flag = /^([-!]?)([A-Za-z0-9][\w+@-]*?)(?:\([+-]\))?([?=]?)$/.exec(dependency);
    if (!flag) continue;
    const [, sign, flagName = '', condition] = flag;
    const sure = sign === '' && condition === '';
    if (sure || !entry.flags.has(flagName)) entry.flags.set(flagName, sure ? '+' : '');
  }
}

/** Stubs for every package that the entries name and lack, with versions, slots and USE flags as asked for. */
export function missingStubs(
  ebuilds: Readonly<Record<string, EbuildDeclaration>>,
): Record<string, EbuildDeclaration> {
  const known = new Set(Object.keys(ebuilds).map(cpv => `${splitCpv(cpv).category}/${splitCpv(cpv).pn}`));
  const wanted = new Map<string, Wanted>();
  for (const ebuild of Object.values(ebuilds)) {
    for (const name of dependencyClasses) {
      for (const token of (ebuild[name] ?? '').split(' ')) {
        if (token.includes('/') && !token.startsWith('!')) want(wanted, token, known);
      }
    }
  }
  const stubs: Record<string, EbuildDeclaration> = {};
  for (const [cpn, { versions, flags }] of wanted) {
    const IUSE = [...flags]
      .map(([flag, sign]) => `${sign}${flag}`)
      .sort()
      .join(' ');
    for (const [version, slot] of versions)
      stubs[`${cpn}-${version}`] = { SLOT: slot, KEYWORDS: 'amd64', IUSE };
  }
  return stubs;
}

export interface RepositoryOptions {
  readonly name: string;
  readonly masters: string;
  /** A profiles/ folder to link, not copy; without it the repository has no profiles of its own. */
  readonly profiles?: string;
}

/** Writes the repository unless it is there; nobody may write below `location` afterwards. */
export function md5CacheRepository(
  location: string,
  ebuilds: Readonly<Record<string, EbuildDeclaration>>,
  { name, masters, profiles }: RepositoryOptions,
): void {
  if (existsSync(location)) return;
  mkdirSync(join(location, '..'), { recursive: true });
  const fresh = mkdtempSync(`${location}-`);
  for (const [cpv, ebuild] of Object.entries(ebuilds)) writeEbuild(fresh, cpv, ebuild);
  const categories = Object.keys(ebuilds).map(cpv => splitCpv(cpv).category);
  writeRepositoryFrame(fresh, name, { masters, categories, profiles: profiles === undefined });
  mkdirSync(join(fresh, 'eclass'));
  if (profiles !== undefined) symlinkSync(profiles, join(fresh, 'profiles'));
  try {
    renameSync(fresh, location);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if (!existsSync(location)) throw error;
  }
}
