/** Which packages did not get through, and what their logs say: read from the build directories, which Portage keeps then. */
import { readBuildLog } from '../../../portage/files/build-log.ts';
import { findBuildLog, hasDied, type LogPlaces, readLogEnd } from '../../../system/build-logs.ts';
import type { Failure } from '../graph-document.ts';
import type { ListedEntry, RunState } from './run-state.ts';

/**
 * Whether a package that left the list, and that emerge.log did not call completed, has failed. --buildpkgonly
 * completes nothing, so only the mark counts there; `since` in epoch milliseconds.
 */
export function failedOnTheWay(
  run: RunState,
  places: LogPlaces | undefined,
  since: number,
  options: ReadonlyMap<string, unknown>,
): (entry: ListedEntry) => boolean {
  const logTells = run.logged && !options.has('--buildpkgonly');
  return ({ cpv }) => logTells || (places !== undefined && hasDied(places, cpv, since));
}

/**
 * Whether a build had failed by itself before emerge was interrupted: builds that are stopped leave the mark as well,
 * but their logs end without die's words.
 */
export function failedBefore(places: LogPlaces | undefined, since: number): (entry: ListedEntry) => boolean {
  return ({ cpv }) => {
    if (places === undefined || !hasDied(places, cpv, since)) return false;
    const log = findBuildLog(places, cpv, since);
    const text = log === undefined ? undefined : readLogEnd(log);
    return text !== undefined && readBuildLog(text).phase !== undefined;
  };
}

/** In merge order. */
export function failuresOf(run: RunState, places: LogPlaces | undefined, since: number): Failure[] {
  return run.list.flatMap(({ id, cpv }) => {
    const known = run.packages.get(id);
    if (known?.state !== 'failed') return [];
    const log = places === undefined ? undefined : findBuildLog(places, cpv, since);
    const text = log === undefined ? undefined : readLogEnd(log);
    const { lines, phase = known.phase } = readBuildLog(text ?? '');
    return { id, ...(phase ? { phase } : {}), ...(log === undefined ? {} : { log }), lines };
  });
}
