/** Generated repositories that are wanted no more: the link goes, then the rest; installed packages stay installed. */
import { join } from 'node:path';
import { dependencyCache } from '../../system/locate.ts';
import { printable } from '../../system/printable.ts';
import { installedVersions } from '../../system/vdb.ts';
import type { OlmDesk } from './desk.ts';
import { asFault } from './failures.ts';
import type { OverlayOutcome } from './outcome.ts';
import { withdraw } from './prune.ts';
import { publishedOverlays, readPublished } from './published.ts';
import { unlinkRepository } from './repository-link.ts';
import { locked } from './sources.ts';

export interface Unlisted {
  /** All that olm makes by the list. */
  readonly made: ReadonlySet<string>;
  /** What an outcome tells of already. */
  readonly told: ReadonlySet<string>;
  /** `made` is all that the user wants; else nothing goes. */
  readonly certain: boolean;
  readonly pretend: boolean;
  readonly names?: ReadonlySet<string>;
}

export async function removeUnlisted(desk: OlmDesk, unlisted: Unlisted): Promise<OverlayOutcome[]> {
  const { made, told, certain, pretend, names } = unlisted;
  const outcomes: OverlayOutcome[] = [];
  for (const name of publishedOverlays(desk.state)) {
    if (made.has(name) || told.has(name) || (names !== undefined && !names.has(name))) continue;
    const old = readPublished(desk.state, name);
    const facts = {
      name,
      ...(old === undefined ? {} : { revision: old.revision }),
      ...{ added: [], changed: [], passing: false },
    };
    const packages = (old?.packages ?? []).map(({ cp }) => cp);
    const count = { packages: packages.length, eclasses: old?.eclasses.length ?? 0, removed: [] };
    if (!certain) {
      const notes = [`${name}: is not listed, but stays until everything that is listed is known`];
      outcomes.push({ ...facts, ...count, state: 'kept', notes, problems: [] });
      continue;
    }
    try {
      const notes = installedNotes(desk, name, packages);
      if (!pretend) await locked(desk, [name], async () => removePublished(desk, name));
      const gone = { packages: 0, eclasses: 0, removed: packages };
      outcomes.push({ ...facts, ...gone, state: 'removed', notes, problems: [] });
    } catch (error) {
      const { message, hint, code } = asFault(error, name);
      const problem = { what: message, ...(hint === undefined ? {} : { hint }) };
      outcomes.push({
        ...facts,
        ...count,
        ...{ state: 'kept', notes: [], problems: [problem], passing: code === 'locked' },
      });
    }
  }
  return outcomes;
}

/** Call it under the lock. */
export function removePublished(desk: OlmDesk, name: string): void {
  unlinkRepository(desk, name);
  withdraw(desk.state, name, dependencyCache(desk.located));
}

/** A line for each installed version that came out of the overlay and is in it no more. */
export function installedNotes(desk: OlmDesk, name: string, packages: readonly string[]): string[] {
  const vdb = join(desk.located.eroot, 'var/db/pkg');
  const notes: string[] = [];
  for (const cp of packages)
    for (const { cpv, repo } of installedVersions(vdb, cp))
      if (repo === name)
        notes.push(`${cpv}: is installed from ${printable(name)}, which has it no more; it stays installed`);
  return notes;
}
