/** What emerge.log tells of earlier merges, and how a run is scheduled: what a forecast rests on. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { isOfMerges, parseLogLine } from '../../portage/files/emerge-log.ts';
import { type MergeHistory, mergeHistory } from '../../portage/merge-history.ts';
import { recordMerges } from '../../portage/merge-runs.ts';
import type { ScheduleOptions } from '../../portage/run-plan.ts';
import { logEnd } from '../../system/log-end.ts';

/** Some three thousand merges; a log of years may be ten times as long. */
const tail = 2 << 20;

export function emergeLog(settings: { readonly EMERGE_LOG_DIR: string }, eprefix: string): string {
  return settings.EMERGE_LOG_DIR
    ? join(settings.EMERGE_LOG_DIR, 'emerge.log')
    : join(eprefix || '/', 'var/log/emerge.log');
}

/** Each step reads a piece of the log, a few milliseconds of work; the last gives what they tell together. */
export function* readHistory(path: string): Generator<undefined, MergeHistory> {
  const recorder = recordMerges();
  for (const lines of logEnd(path, tail)) {
    for (const line of lines) {
      const event = isOfMerges(line) ? parseLogLine(line) : undefined;
      if (event) recorder.add(event);
    }
    yield;
  }
  const merges = recorder.finished();
  yield;
  return mergeHistory(merges);
}

/** `options` are those of emerge, with EMERGE_DEFAULT_OPTS. */
export function scheduleOf(
  options: ReadonlyMap<string, unknown>,
  settings: { readonly FEATURES: string },
  history: MergeHistory,
): ScheduleOptions {
  // each build adds one to the load at least
  const load = Math.ceil(Number(options.get('--load-average') ?? Number.NaN));
  const jobs = jobsOf(options);
  return {
    jobs: load > 0 ? Math.min(jobs, Math.max(load, 2)) : jobs,
    mergeWait: settings.FEATURES.split(/\s+/).includes('merge-wait'),
    contention: history.contention,
  };
}

/** Infinity without a limit. */
export function jobsOf(options: ReadonlyMap<string, unknown>): number {
  const given = options.get('--jobs');
  if (given === undefined) return 1;
  if (given === true) return Number.POSITIVE_INFINITY;
  const jobs = Number(given);
  if (jobs === 0) return availableParallelism();
  return jobs > 0 ? jobs : 1;
}
