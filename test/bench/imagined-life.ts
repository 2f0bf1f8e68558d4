/** Some months of a machine: its packages and their true times, the runs that its log remembers, and the one to come. */
import { type MergeGraph, orientEdges } from '../../portage/graph.ts';
import type { Random } from '../testbed/random.ts';
import { type ImaginedPackage, type ImaginedRun, imagineRun, logText, spreadOf } from './recorded-run.ts';

export interface ImaginedLife {
  /** What emerge.log holds before the last run. */
  readonly log: string;
  readonly jobs: number;
  readonly mergeWait: boolean;
  readonly run: ImaginedRun;
}

const spread = 0.2;
const day = 86_400;

/** cpvs in merge order -> what each needs. */
export function imagineLife(
  list: readonly { readonly cpv: string; readonly needs: readonly string[] }[],
  random: Random,
): ImaginedLife {
  const cores = random.pick([4, 8, 16]);
  const packages = list.map((one): ImaginedPackage => {
    const build = Math.min(7200, spreadOf(35, 1.2, random));
    // the long ones keep make busy, the short ones configure
    const width = Math.min(cores, Math.max(1, build / 40));
    return { ...one, build, width, merge: 1 + build * 0.02 + random.below(3) };
  });
  // some were never there before
  const remembered = packages.filter(() => !random.chance(0.06));
  const mergeWait = random.chance(0.7);
  const usual = random.pick([1, 2, 3, 4, 8]);
  const runs: ImaginedRun[] = [];
  let begin = 1_750_000_000;
  for (let past = 0; past < 14; past += 1) {
    const some = remembered.filter(() => random.chance(past === 0 ? 1 : 0.25));
    if (some.length === 0) continue;
    const fails = random.chance(0.2) ? random.pick(some).cpv : undefined;
    const jobs = random.chance(0.25) ? 1 : usual;
    const run = { jobs, mergeWait, cores, spread, begin, ...(fails ? { fails } : {}) };
    runs.push(imagineRun(some, run, random));
    if (random.chance(0.15)) {
      const other = [random.pick(remembered)];
      runs.push(imagineRun(other, { ...run, jobs: 1, begin: begin + 20 }, random));
    }
    begin += 3 * day;
  }
  const run = imagineRun(packages, { jobs: usual, mergeWait, cores, spread, begin }, random);
  return { log: logText(runs), jobs: usual, mergeWait, run };
}

export function graphOf(
  list: readonly { readonly cpv: string; readonly needs: readonly string[] }[],
): MergeGraph {
  const nodes = list.map(({ cpv }) => ({ id: cpv, cpv, root: '/', type: 'ebuild' as const }));
  const edges = list.flatMap(({ cpv, needs }) =>
    needs.map(to => ({ from: cpv, to, kinds: ['rdepend'] as const })),
  );
  return { nodes, edges: orientEdges(nodes, edges) };
}
