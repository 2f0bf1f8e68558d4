/** Publishes what was worked out for a family, one overlay after the other, and tells what came of each. */
import { join } from 'node:path';
import { writtenRecord } from '../../repo-template/writer.ts';
import { removeFile } from '../../system/files.ts';
import { dependencyCache } from '../../system/locate.ts';
import { changesBetween, recordedMarks } from './changes.ts';
import { damageIn } from './damage.ts';
import type { OlmDesk } from './desk.ts';
import { awayFrom } from './failures.ts';
import type { FamilyPlan, FamilyWork, Prepared } from './family-sync.ts';
import type { Fetched } from './fetched.ts';
import type { KnownOutcome } from './inputs.ts';
import type { OverlayOutcome, OverlayState } from './outcome.ts';
import { pruneGenerations } from './prune.ts';
import { publish } from './publish.ts';
import { readPublished } from './published.ts';
import { installedNotes, removePublished } from './removed.ts';
import { linkRepository } from './repository-link.ts';

export interface Publishing {
  readonly pretend: boolean;
  /** What is not as it was published is written again. */
  readonly anew: boolean;
}

const nothing = { added: [], removed: [], changed: [] };

export async function familyOutcomes(
  { desk }: FamilyWork,
  plan: FamilyPlan,
  { pretend, anew }: Publishing,
): Promise<OverlayOutcome[]> {
  if (plan.same !== undefined)
    return plan.same.flatMap(({ digest, ...known }) =>
      digest === '' && known.problems.length === 0
        ? []
        : [{ ...known, ...nothing, state: digest === '' ? 'failed' : ('unchanged' as const) }],
    );
  const outcomes: OverlayOutcome[] = [];
  const known: KnownOutcome[] = [];
  for (const one of plan.prepared) {
    if (anew && !pretend) forgetDamaged(desk, one);
    const outcome = await published(desk, one, pretend);
    if (outcome !== undefined) outcomes.push(outcome);
    const { state: _, added: __, removed: ___, changed: ____, ...rest } = outcome ?? empty(one);
    known.push({ ...rest, digest: readPublished(desk.state, one.name)?.digest ?? '' });
  }
  if (!pretend) plan.remember(known);
  return outcomes;
}

/** Without its record a generation counts as another one, so that the next takes its place. */
function forgetDamaged(desk: OlmDesk, { name, old }: Prepared): void {
  const current = join(desk.state, name, 'current');
  if (old !== undefined && damageIn(name, current, old.digest).length > 0)
    removeFile(join(current, writtenRecord));
}

function empty({ name, source }: Prepared): OverlayOutcome {
  const { revision } = source;
  return {
    ...{ name, revision, packages: 0, eclasses: 0, notes: [], problems: [], passing: false },
    ...{ ...nothing, state: 'unchanged' },
  };
}

/** Undefined where there is nothing of it, and nothing was. */
async function published(
  desk: OlmDesk,
  prepared: Prepared,
  pretend: boolean,
): Promise<OverlayOutcome | undefined> {
  const { name, source, old, files, executables, document, problems } = prepared;
  const notes = [...prepared.notes];
  const { revision } = source;
  const base = join(desk.state, name);
  const told = { name, revision, notes, problems, passing: false };
  const count = { packages: document.packages.length, eclasses: document.eclasses.length };
  if (files === undefined) {
    const before = { packages: old?.packages.length ?? 0, eclasses: old?.eclasses.length ?? 0 };
    return { ...told, ...before, ...nothing, state: 'kept' };
  }
  const { any, ...changes } = changesBetween(recordedMarks(join(base, 'current')), files, executables);
  notes.push(...installedNotes(desk, name, changes.removed));
  if (files.size === 0) {
    if (old === undefined) {
      if (problems.length === 0) return undefined;
      return { ...told, packages: 0, eclasses: 0, ...nothing, state: 'failed' };
    }
    if (!pretend) removePublished(desk, name);
    return { ...told, packages: 0, eclasses: 0, ...changes, state: 'removed' };
  }
  let state: OverlayState = old === undefined ? 'new' : any ? 'changed' : 'unchanged';
  if (!pretend) {
    const { changed } = await publish(desk.state, name, files, document, executables);
    if (!changed && old !== undefined) state = 'unchanged';
    const left = linkRepository(desk, name);
    if (left !== undefined) notes.push(left);
    pruneGenerations(desk.state, name, {
      keep: desk.settings.keep,
      dependencyCache: dependencyCache(desk.located),
    });
  }
  return { ...told, ...count, ...changes, state };
}

/** With what is to be said of those that did not answer. */
export function withFailed(
  desk: OlmDesk,
  outcomes: readonly OverlayOutcome[],
  found: ReadonlyMap<string, Fetched>,
): OverlayOutcome[] {
  return outcomes.map(outcome => {
    const { away, source } = found.get(outcome.name) ?? {};
    if (away === undefined) return outcome;
    const { notes, problems } = awayFrom(desk, outcome.name, away, source?.spec.uri);
    return {
      ...outcome,
      notes: [...outcome.notes, ...notes],
      problems: [...outcome.problems, ...problems],
      // something else that is wrong counts more
      passing: outcome.problems.length === 0,
    };
  });
}
