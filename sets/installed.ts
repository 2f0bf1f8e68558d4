/** What is installed, as far as the members of sets ask for it: names at once, details only where an atom wants them. */
import { join } from 'node:path';
import type { Atom } from '../portage/atom.ts';
import { atomMatches, type Candidate } from '../portage/atom-match.ts';
import { type Cpv, parseCpv } from '../portage/cpv.ts';
import { words } from '../portage/files/text.ts';
import { compareVersions } from '../portage/version.ts';
import { readTextIfPresent } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { installedCpvs, installedVersions } from '../system/vdb.ts';

export interface InstalledCandidate extends Candidate {
  readonly eapi: string;
}

export interface Installed {
  /** category/package of all that is installed. */
  readonly cps: ReadonlySet<string>;
  /** The cpvs that the atom names, the lowest version first. */
  match(atom: Atom): readonly string[];
  /** The installed packages of that name, the lowest version first, with their slots and flags. */
  named(cp: string): readonly InstalledCandidate[];
}

export function vdbOf(located: Pick<Located, 'eroot'>): string {
  return join(located.eroot, 'var/db/pkg');
}

export async function readInstalledNames(located: Pick<Located, 'eroot'>): Promise<Installed> {
  const directory = vdbOf(located);
  const byCp = new Map<string, Cpv[]>();
  for (const text of await installedCpvs(directory)) {
    const cpv = parseCpv(text);
    if (cpv === undefined) continue;
    const list = byCp.get(cpv.cp);
    if (list === undefined) byCp.set(cpv.cp, [cpv]);
    else {
      list.push(cpv);
      list.sort((a, b) => compareVersions(a.version, b.version));
    }
  }
  const details = new Map<string, InstalledCandidate[]>();

  function detailed(cp: string): InstalledCandidate[] {
    const known = details.get(cp);
    if (known !== undefined) return known;
    const read = new Map(installedVersions(directory, cp).map(one => [one.cpv, one]));
    const candidates = (byCp.get(cp) ?? []).map((cpv): InstalledCandidate => {
      const one = read.get(cpv.text);
      // flags that the profile brings stand there alone
      const effective = readTextIfPresent(join(directory, cpv.text, 'IUSE_EFFECTIVE'));
      return {
        cpv,
        eapi: one?.eapi ?? '0',
        slot: one?.slot ?? '0',
        subslot: one?.subslot,
        repo: one?.repo || undefined,
        iuse: new Set([...(one?.iuse ?? []), ...words(effective ?? '')]),
        use: one?.use ?? new Set(),
      };
    });
    details.set(cp, candidates);
    return candidates;
  }

  return {
    cps: new Set(byCp.keys()),
    named: detailed,
    match(atom) {
      const cps = atom.extended ? [...byCp.keys()] : [atom.cp];
      const plain = atom.slot === undefined && atom.repo === undefined && atom.use === undefined;
      return cps.flatMap(cp => {
        const candidates: readonly Candidate[] = plain
          ? (byCp.get(cp) ?? []).map(cpv => ({ cpv, slot: '0' }))
          : detailed(cp);
        return candidates.filter(one => atomMatches(atom, one)).map(({ cpv }) => cpv.text);
      });
    },
  };
}
