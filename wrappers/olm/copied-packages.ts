/** Which files of an overlay's package directories are copied. */
import type { ClosurePackage } from '../../portage/closure.ts';
import { parseCpv } from '../../portage/cpv.ts';
import type { OverlaySource } from './source.ts';

export interface CopiedPackages {
  readonly paths: ReadonlySet<string>;
  readonly cps: ReadonlySet<string>;
  /** Of every ebuild that is copied. */
  readonly cpvs: ReadonlySet<string>;
  readonly notes: readonly string[];
}

/** `thick`: the Manifests list ebuilds and files/ too, and Portage wants all that they list. */
export async function copiedPackages(
  source: OverlaySource,
  packages: readonly ClosurePackage[],
  thick: boolean,
): Promise<CopiedPackages> {
  const cps = new Set(packages.map(({ cp }) => cp));
  const directories = new Map<string, string[]>();
  for (const path of source.files.keys()) {
    const cp = directoryOf(path);
    if (cp === undefined || !cps.has(cp)) continue;
    const known = directories.get(cp);
    if (known) known.push(path);
    else directories.set(cp, [path]);
  }
  const partial = packages.filter(({ whole }) => !whole);
  const complete = thick ? await listed(source, partial) : new Set<string>();
  const paths = new Set<string>();
  const cpvs = new Set<string>();
  const notes: string[] = [];
  for (const { cp, whole, cpvs: wanted } of packages) {
    const chosen = new Set(wanted);
    const all = whole || complete.has(cp);
    let others = 0;
    for (const path of directories.get(cp) ?? []) {
      const below = path.slice(cp.length + 1);
      const cpv = below.endsWith('.ebuild') && !below.includes('/') ? ebuildCpv(cp, below) : undefined;
      const asked = cpv === undefined ? isCommon(below) : chosen.has(cpv);
      if (!all && !asked) continue;
      paths.add(path);
      if (cpv !== undefined) cpvs.add(cpv);
      if (cpv !== undefined && !chosen.has(cpv)) others += 1;
    }
    if (complete.has(cp) && others > 0)
      notes.push(`${cp}: all versions were copied, since its Manifest lists their ebuilds`);
  }
  return { paths, cps, cpvs, notes };
}

/** What every version of a package may need. */
function isCommon(below: string): boolean {
  return below === 'Manifest' || below === 'metadata.xml' || below.startsWith('files/');
}

function directoryOf(path: string): string | undefined {
  const slash = path.indexOf('/');
  const end = path.indexOf('/', slash + 1);
  return slash < 0 || end < 0 ? undefined : path.slice(0, end);
}

function ebuildCpv(cp: string, file: string): string | undefined {
  const category = cp.slice(0, cp.indexOf('/'));
  const cpv = parseCpv(`${category}/${file.slice(0, -'.ebuild'.length)}`);
  return cpv?.cp === cp ? cpv.text : undefined;
}

/** The packages whose Manifest lists more than distfiles. */
async function listed(source: OverlaySource, packages: readonly ClosurePackage[]): Promise<Set<string>> {
  const contents = await source.read(packages.map(({ cp }) => `${cp}/Manifest`));
  const found = packages.filter(({ cp }) => {
    const manifest = contents.get(`${cp}/Manifest`);
    return manifest !== undefined && /^(?:AUX|EBUILD|MISC) /m.test(Buffer.from(manifest).toString('latin1'));
  });
  return new Set(found.map(({ cp }) => cp));
}
