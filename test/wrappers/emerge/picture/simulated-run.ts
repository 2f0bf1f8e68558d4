/** A run of a merge list as the painter sees it: what is in which phase, from change to change. */
import type { GraphIndex } from '../../../../portage/graph.ts';
import type { NodeStatus } from '../../../../wrappers/emerge/picture/model.ts';
import type { Random } from '../../../testbed/random.ts';

export interface Moment {
  /** Since the run began. */
  readonly seconds: number;
  /** Of everything that isn't waiting; changed afterwards by the next moment. */
  readonly states: ReadonlyMap<string, NodeStatus>;
  readonly done: number;
  readonly running: number;
}

interface Job {
  readonly at: number;
  readonly begun: number;
  /** What is still to come, and for how many seconds. */
  readonly phases: [string, number][];
  until: number;
}

/** Shares of a build. */
const shares: readonly (readonly [string, number])[] = [
  ['unpack', 0.04],
  ['prepare', 0.03],
  ['configure', 0.18],
  ['compile', 0.65],
  ['install', 0.1],
];
const merging = 2;

/** Builds in merge order as soon as all they need is merged; `jobs` at a time, while others merge. */
export function* simulateRun(index: GraphIndex, jobs: number, random: Random): Generator<Moment> {
  const { nodes } = index.graph;
  const states = new Map<string, NodeStatus>();
  const merged = new Set<number>();
  const begun = new Set<number>();
  let running: Job[] = [];
  for (let seconds = 0; ; seconds = Math.min(...running.map(job => job.until))) {
    for (const job of running.filter(one => one.until <= seconds)) advance(job, seconds);
    running = running.filter(job => !merged.has(job.at));
    // one merges at a time
    const built = running.find(job => stateOf(job) === 'built');
    if (built !== undefined && !running.some(job => stateOf(job) === 'merging')) advance(built, seconds);
    while (running.filter(job => stateOf(job) === 'building').length < jobs) {
      const at = nodes.findIndex(
        (_, place) =>
          !begun.has(place) && (index.dependencies[place] ?? []).every(needed => merged.has(needed)),
      );
      if (at < 0) break;
      begun.add(at);
      const build = 4 + random.below(40) * (random.chance(0.1) ? 20 : 1);
      const phases = shares.map(([name, share]): [string, number] => [name, build * share]);
      const job: Job = { at, begun: seconds, phases, until: seconds };
      advance(job, seconds);
      running.push(job);
    }
    for (const job of running) {
      const id = nodes[job.at]?.id ?? '';
      const known = states.get(id);
      if (known !== undefined) states.set(id, { ...known, elapsed: seconds - job.begun });
    }
    yield { seconds, states, done: merged.size, running: running.length };
    if (running.length === 0) return;
  }

  function stateOf(job: Job): NodeStatus['state'] | undefined {
    return states.get(nodes[job.at]?.id ?? '')?.state;
  }

  function advance(job: Job, seconds: number): void {
    const id = nodes[job.at]?.id ?? '';
    const next = job.phases.shift();
    const elapsed = seconds - job.begun;
    if (next !== undefined) {
      states.set(id, { state: 'building', phase: next[0], elapsed });
      job.until = seconds + next[1];
    } else if (stateOf(job) === 'building') {
      states.set(id, { state: 'built', elapsed });
      job.until = Number.POSITIVE_INFINITY;
    } else if (stateOf(job) === 'built') {
      states.set(id, { state: 'merging', phase: 'preinst', elapsed });
      job.until = seconds + merging;
    } else {
      states.set(id, { state: 'done' });
      merged.add(job.at);
    }
  }
}
