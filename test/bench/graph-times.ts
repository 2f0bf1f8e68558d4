/** How well the time of a merge is foretold: months of a machine in emerge.log, and then one more run. */
import { logLines, parseLogLine } from '../../portage/files/emerge-log.ts';
import { forecastPackages } from '../../portage/forecast.ts';
import { indexGraph } from '../../portage/graph.ts';
import { mergeHistory } from '../../portage/merge-history.ts';
import { recordMerges } from '../../portage/merge-runs.ts';
import { planRun } from '../../portage/run-plan.ts';
import { timeLeft } from '../../portage/time-left.ts';
import { generatedRoot } from '../testbed/generated-root.ts';
import { seeded } from '../testbed/random.ts';
import { resolveIn } from '../testbed/resolver.ts';
import type { Figure } from './figure.ts';
import { median } from './figure.ts';
import { graphOf, type ImaginedLife, imagineLife } from './imagined-life.ts';

const area = 'graph';
const recorded = 10;

type Needing = { readonly cpv: string; readonly needs: readonly string[] };

/** Portage's own list and graph of a generated tree. */
async function generatedList(seed: string): Promise<Needing[]> {
  const { root, tree } = await generatedRoot(seed, { packages: 90 });
  try {
    const { mergelist, edges } = await resolveIn(root, ['--emptytree', ...tree.targets]);
    const cpvs = new Set(
      mergelist.flatMap(node => ('cpv' in node && node.operation === 'merge' ? node.cpv : [])),
    );
    const needs = new Map<string, string[]>([...cpvs].map(cpv => [cpv, []]));
    for (const { from, to } of edges)
      if ('cpv' in from && 'cpv' in to && from.cpv !== to.cpv && cpvs.has(to.cpv))
        needs.get(from.cpv)?.push(to.cpv);
    return [...needs].map(([cpv, own]) => ({ cpv, needs: own }));
  } finally {
    root.remove();
  }
}

export function predictedSeconds(list: readonly Needing[], life: ImaginedLife): number | undefined {
  const recorder = recordMerges();
  for (const line of logLines()(life.log)) {
    const event = parseLogLine(line);
    if (event) recorder.add(event);
  }
  const history = mergeHistory(recorder.finished());
  const index = indexGraph(graphOf(list));
  const forecasts = forecastPackages(history, index.graph.nodes);
  if (forecasts === undefined) return undefined;
  const { jobs, mergeWait } = life;
  return timeLeft(planRun(index, forecasts, { jobs, mergeWait, contention: history.contention }), new Map())
    .seconds;
}

/** The sum of the means of all merges of each package, from start to completion. */
export function naiveSeconds(list: readonly Needing[], log: string): number {
  const begun = new Map<string, number>();
  const all = new Map<string, number[]>();
  for (const [, time, mark, cpv = ''] of log.matchAll(
    /^(\d+): {2}(>>>|:::) (?:completed )?emerge \(.*?\) (\S+) to/gm,
  )) {
    if (mark === '>>>') begun.set(cpv, Number(time));
    else all.set(cpv, [...(all.get(cpv) ?? []), Number(time) - (begun.get(cpv) ?? Number(time))]);
  }
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  return list.reduce((sum, { cpv }) => sum + (all.has(cpv) ? mean(all.get(cpv)!) : 0), 0);
}

export async function* timeFigures(): AsyncGenerator<Figure> {
  const errors: number[] = [];
  const naive: number[] = [];
  const shared: number[] = [];
  for (let log = 0; log < recorded; log += 1) {
    const list = await generatedList(`times ${log}`);
    const life = imagineLife(list, seeded(`life ${log}`));
    const real = life.run.seconds;
    const off = (seconds: number) => (Math.abs(seconds - real) / real) * 100;
    const sum = naiveSeconds(list, life.log);
    errors.push(off(predictedSeconds(list, life) ?? 0));
    naive.push(off(sum));
    shared.push(off(sum / life.jobs));
  }
  yield { area, name: 'predicted_total_error', unit: '%', goal: 15, samples: errors };
  const plain = (values: readonly number[]) => `${median(values).toPrecision(3)} %`;
  process.stderr.write(
    `${area}: the sum of naive means is off by ${plain(naive)}, divided by the jobs by ${plain(shared)}\n`,
  );
}
