/** How long a pretended run would take: by the merges that emerge.log tells of. */
import { forecastPackages } from '../../portage/forecast.ts';
import { indexGraph, type MergeGraph } from '../../portage/graph.ts';
import { planRun } from '../../portage/run-plan.ts';
import { timeLeft } from '../../portage/time-left.ts';
import type { PredictedRun } from './graph-document.ts';
import { jobsOf, readHistory, scheduleOf } from './merge-times.ts';

export interface Foretold {
  readonly run: PredictedRun;
  /** Seconds by id, each with nothing else being built; only those that the log knows. */
  readonly packages: ReadonlyMap<string, number>;
}

/** Undefined where the log knows too little; `options` with EMERGE_DEFAULT_OPTS. */
export function foretellRun(
  { nodes, edges }: MergeGraph,
  options: ReadonlyMap<string, unknown>,
  settings: { readonly FEATURES: string },
  log: string,
): Foretold | undefined {
  const reader = readHistory(log);
  let step = reader.next();
  while (!step.done) step = reader.next();
  const forecasts = forecastPackages(step.value, nodes);
  if (forecasts === undefined) return undefined;
  const schedule = scheduleOf(options, settings, step.value);
  const { seconds } = timeLeft(planRun(indexGraph({ nodes, edges }), forecasts, schedule), new Map());
  const jobs = jobsOf(options);
  const known = [...forecasts].filter(([, forecast]) => forecast.known);
  return {
    run: {
      seconds: Math.round(seconds),
      jobs: Number.isFinite(jobs) ? jobs : null,
      unknown: forecasts.size - known.length,
    },
    packages: new Map(known.map(([id, { build, merge }]) => [id, Math.round(build + merge)])),
  };
}
