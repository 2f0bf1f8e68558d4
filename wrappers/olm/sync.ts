/** `olm sync`: what is listed becomes what Portage sees. One thing that is wrong never stops the others. */
import { nearest } from '../../system/nearest.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { printable } from '../../system/printable.ts';
import { conflictsOf } from './conflicts.ts';
import type { OlmDesk } from './desk.ts';
import { asFault, faultOutcome } from './failures.ts';
import { generatedNames } from './family.ts';
import { familyOutcomes, withFailed } from './family-outcome.ts';
import { type Prepared, planFamily } from './family-sync.ts';
import { type Fetched, newerThan } from './fetched.ts';
import { localView } from './local-view.ts';
import type { OlmProblem, OverlayOutcome, SyncReport } from './outcome.ts';
import { type ReadList, readList } from './read-list.ts';
import { removeUnlisted } from './removed.ts';
import { updateReposConf } from './repos-conf.ts';
import { type Collected, collectSources, locked } from './sources.ts';

export interface SyncOptions {
  /** Only these overlays, with what is made together with them. */
  readonly names?: readonly string[];
  /** Nothing is published; the cache may grow. */
  readonly pretend?: boolean;
  readonly offline?: boolean;
  readonly signal?: AbortSignal;
  /** Everything is worked out again, and what is not as it was published is replaced. */
  readonly anew?: boolean;
  /** Is told what goes on, for somebody who waits. */
  readonly progress?: (text: string) => void;
  /** Is shown what each overlay with new inputs is to be, before it is published. */
  readonly seen?: (prepared: Prepared) => void;
}

/** Faults: `interrupted`. All else stands in the report. */
export async function syncOverlays(desk: OlmDesk, options: SyncOptions = {}): Promise<SyncReport> {
  const { located, environment } = desk;
  const { pretend = false, offline = false, signal } = options;
  const list = readList(desk);
  const local = localView(located, environment);
  const conflicts = conflictsOf(desk, list);
  const names = options.names === undefined ? undefined : new Set(options.names);
  const chosen = (name: string) => names === undefined || names.has(name);
  const listed = new Set([...list.byOverlay.keys()].filter(name => !conflicts.has(name)));
  const isLocal = (name: string) => local.hasRepository(name);
  const collected = await collectSources(desk, {
    listed,
    whole: new Set(
      [...list.byOverlay].flatMap(([name, all]) => (all.some(({ atom }) => atom.cp === '*/*') ? name : [])),
    ),
    isLocal,
    mainRepository: configuredRepositories(located, environment).main?.name,
    pretend,
    offline,
    ...(names === undefined ? {} : { names }),
    ...(signal === undefined ? {} : { signal }),
    ...(options.progress === undefined ? {} : { progress: options.progress }),
  });

  const outcomes: OverlayOutcome[] = [];
  for (const [name, fault] of conflicts)
    if (chosen(name)) outcomes.push(faultOutcome(desk, list, name, fault));
  for (const family of collected.families)
    outcomes.push(...(await familySynced(desk, list, collected, local, family, options)));
  const made = generatedNames(list.byOverlay.keys(), collected.masters, isLocal);
  const told = new Set(outcomes.map(({ name }) => name));
  // an overlay whose masters are not known may need any of the others
  const certain = list.sound && [...listed].every(name => collected.masters.has(name));
  const unlisted = await removeUnlisted(desk, { made, told, certain, pretend, ...(names ? { names } : {}) });
  const overlays = [...outcomes, ...unlisted].sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems = [...list.problems, ...strangers(desk, names, [...listed, ...made], overlays)];
  let changed = overlays.some(({ state }) => state === 'new' || state === 'changed' || state === 'removed');
  if (!pretend) {
    try {
      changed = (await updateReposConf(located, desk.places, [...list.byOverlay.keys()])) || changed;
    } catch (error) {
      const { message, hint } = asFault(error, 'repos.conf');
      problems.push({ what: message, ...(hint === undefined ? {} : { hint }) });
    }
  }
  const wrong = overlays.filter(one => one.problems.length > 0);
  const failed = problems.length > 0 || wrong.some(({ passing }) => !passing);
  return {
    overlays,
    notes: collected.notes,
    problems,
    changed,
    status: failed ? 1 : wrong.length > 0 ? 75 : 0,
  };
}

/** Names that were given and mean nothing; to Portage that is no error: its configuration may be a sync behind. */
function strangers(
  desk: OlmDesk,
  names: ReadonlySet<string> | undefined,
  known: readonly string[],
  overlays: readonly OverlayOutcome[],
): OlmProblem[] {
  if (desk.portage) return [];
  return [...(names ?? [])]
    .filter(name => !known.includes(name) && overlays.every(one => one.name !== name))
    .map(name => {
      const near = nearest(name, known);
      const hint = near === undefined ? `olm add CATEGORY/PACKAGE::${name}` : `olm sync ${near}`;
      return { what: `${name}: nothing of it is listed`, hint };
    });
}

async function familySynced(
  desk: OlmDesk,
  list: ReadList,
  collected: Collected,
  local: ReturnType<typeof localView>,
  family: readonly string[],
  options: SyncOptions,
): Promise<OverlayOutcome[]> {
  const { found, specs, faults, masters } = collected;
  const { pretend = false, anew = false } = options;
  const failed = family.filter(name => faults.has(name));
  const names = family.filter(name => !faults.has(name));
  const failures = failed.flatMap(name => {
    const fault = faults.get(name);
    return fault === undefined ? [] : [faultOutcome(desk, list, name, fault, specs.get(name)?.uri)];
  });
  if (names.length === 0) return failures;
  const selections = names.flatMap(name => list.byOverlay.get(name) ?? []);
  try {
    options.progress?.(`working out ${names.map(printable).join(' ')}`);
    const outcomes = await locked(desk, family, async () => {
      const now = new Map<string, Fetched>();
      for (const [name, known] of found)
        if (names.includes(name)) now.set(name, await newerThan(desk, known));
      const work = { desk, local, names, failed, selections, found: now, masters };
      const plan = await planFamily(work, anew);
      for (const one of plan.prepared) options.seen?.(one);
      return familyOutcomes(work, plan, { pretend, anew });
    });
    return [...failures, ...withFailed(desk, outcomes, found)];
  } catch (error) {
    const fault = asFault(error, names.join(' '));
    if (fault.code === 'interrupted') throw fault;
    // what is not here because an overlay could not be asked has the same reason
    const reason = (name: string) => (fault.code === 'offline' ? (found.get(name)?.away ?? fault) : fault);
    return [
      ...failures,
      ...names.map(name => faultOutcome(desk, list, name, reason(name), specs.get(name)?.uri)),
    ];
  }
}
