/** The time left of a running merge: the log is read once in small pieces, the rest played through now and then. */
import { forecastPackages } from '../../../portage/forecast.ts';
import type { GraphIndex } from '../../../portage/graph.ts';
import { type Plan, planRun } from '../../../portage/run-plan.ts';
import { type Running, type TimeLeft, timeLeft } from '../../../portage/time-left.ts';
import { debug } from '../../../system/log.ts';
import type { PortageSettings } from '../../../system/portage.ts';
import { processorTime } from '../../../system/processor-time.ts';
import { readHistory, scheduleOf } from '../merge-times.ts';
import type { Counts } from '../picture/model.ts';
import { type PaceOptions, startPace } from './pace.ts';
import type { RunState } from './run-state.ts';

export interface ForecastOptions {
  readonly index: GraphIndex;
  /** Of emerge. */
  readonly options: ReadonlyMap<string, unknown>;
  readonly settings: Pick<PortageSettings, 'FEATURES'>;
  /** emerge.log. */
  readonly log: string;
  /** The log has been read. */
  ready(): void;
}

export interface Forecast {
  /** For the row of counts; `now` in epoch milliseconds. */
  at(run: RunState, now: number): Pick<Counts, 'left' | 'leftGuessed' | 'waitsFor'>;
  stop(): void;
}

const pace: PaceOptions = { calm: 1000, burst: 15, share: 0.0004, longest: 15_000 };
/** Milliseconds between two pieces of the log, and after which what was foretold is looked at again. */
const between = 25;
const stale = 10_000;
/** Below this share of known packages a time is marked as a guess. */
const sure = 0.75;

export function startForecast({ index, options, settings, log, ready }: ForecastOptions): Forecast {
  const purse = startPace(pace);
  const history = readHistory(log);
  const keepGoing = options.get('--keep-going') === true;
  let plan: Plan | undefined;
  let foretold: TimeLeft | undefined;
  let at = 0;
  let revision = -1;
  let timer = setTimeout(read, between);

  function read(): void {
    const { done, value } = history.next();
    if (!done) {
      timer = setTimeout(read, between);
      return;
    }
    const forecasts = forecastPackages(value, index.graph.nodes);
    const names = value.source.size + value.binary.size;
    debug('forecast', () => `${names} names in the log, contention ${value.contention.toFixed(2)}`);
    if (forecasts === undefined) return;
    plan = planRun(index, forecasts, scheduleOf(options, settings, value));
    ready();
  }

  function look(run: RunState, now: number): void {
    if (plan === undefined || purse.wait(performance.now()) > 0) return;
    if (run.revision === revision && now - at < stale && now >= at) return;
    const before = processorTime();
    const states = new Map<string, Running>();
    let failed = run.failed > 0;
    for (const [id, { state, since }] of run.packages) {
      if (state === 'failed') failed = true;
      states.set(id, since === undefined ? { state } : { state, elapsed: Math.max(0, now - since) / 1000 });
    }
    foretold = timeLeft(plan, states, keepGoing || !failed);
    at = now;
    revision = run.revision;
    purse.spent(processorTime() - before, performance.now());
    debug('forecast', () => `${foretold?.seconds.toFixed(1)} s left`);
  }

  return {
    at(run, now) {
      look(run, now);
      if (foretold === undefined) return {};
      const { seconds, known, bottleneck } = foretold;
      const state = bottleneck === undefined ? undefined : run.packages.get(bottleneck)?.state;
      return {
        left: Math.max(0, seconds - Math.max(0, now - at) / 1000),
        leftGuessed: known < sure,
        ...(bottleneck !== undefined && state === 'building' ? { waitsFor: bottleneck } : {}),
      };
    },
    stop: () => clearTimeout(timer),
  };
}
