/** Random lives of a host, lived with the model and written down for the shell. */
import {
  afterAnswer,
  afterFault,
  afterSuccess,
  type Breaker,
  type Claim,
  type FaultKind,
  fresh,
  ownerOf,
  stateOf,
} from '../../../wrappers/distcc/breaker.ts';
import type { Random } from '../../kit/random.ts';

export interface Job {
  pid: number;
  started: number;
  ends: number;
  outcome: 'success' | 'answer' | FaultKind | 'killed' | 'unknown';
  isProbe: boolean;
}

/** One host: what the model says, and the lines that tell the shell the same. */
export interface Life {
  now: number;
  breaker: Breaker;
  claims: Claim[];
  jobs: Job[];
  lines: string[];
  expected: string[];
  dead: Set<number>;
}

function shown(granted: string, breaker: Breaker): string {
  const { opened, until, level, differences, network, difference, kind } = breaker;
  return [granted, opened, until, level, differences, network, difference, kind].join(' ');
}

export function newLife(): Life {
  return { now: 100, breaker: fresh, claims: [], jobs: [], lines: [], expected: [], dead: new Set() };
}

function note(life: Life, line: string, granted = '-'): void {
  life.lines.push(line);
  life.expected.push(shown(granted, life.breaker));
}

function isAlive(life: Life): (pid: number) => boolean {
  return pid => !life.dead.has(pid);
}

/** A compile begins, where the breaker lets it; what it will come to is decided by the caller. */
export function begin(
  life: Life,
  pid: number,
  job: Omit<Job, 'pid' | 'started' | 'isProbe'>,
): Job | undefined {
  const state = stateOf(life.breaker, life.now);
  if (state === 'open') return undefined;
  if (state === 'due') {
    const owned = ownerOf(life.claims, life.now, isAlive(life)) !== undefined;
    if (!owned) life.claims.push({ pid, since: life.now });
    note(life, `claim ${pid} ${life.now}`, owned ? 'no' : 'yes');
    if (owned) return undefined;
  }
  const begun = { ...job, pid, started: life.now, isProbe: state === 'due' };
  life.jobs.push(begun);
  return begun;
}

export function end(life: Life, job: Job, strikes: number): void {
  life.jobs.splice(life.jobs.indexOf(job), 1);
  if (job.outcome === 'killed') {
    life.dead.add(job.pid);
    note(life, `dead ${job.pid}`);
    return;
  }
  if (job.outcome === 'success') {
    life.breaker = afterSuccess(life.breaker, job.started);
    note(life, `success ${job.started} ${life.now}`);
  } else if (job.outcome === 'answer') {
    life.breaker = afterAnswer(life.breaker);
    note(life, `answer ${job.started} ${life.now}`);
  } else if (job.outcome !== 'unknown') {
    life.breaker = afterFault(life.breaker, job.outcome, job.started, life.now, strikes);
    note(life, `fault ${job.outcome} ${job.started} ${life.now} ${strikes}`);
  }
  if (!job.isProbe) return;
  const owner = ownerOf(life.claims, life.now, isAlive(life));
  if (owner === undefined || owner === job.pid) life.claims = [];
  note(life, `release ${job.pid} ${life.now}`);
}

/** Lives through `steps`; `check` is asked after each one, and told of the job that began in it. */
export function live(
  draw: Random,
  steps: number,
  strikes: number,
  check: (life: Life, begun: Job | undefined, before: Breaker) => void,
): Life {
  const life = newLife();
  // a server is well, away, wrong, or all of it by turns
  let mood: Job['outcome'][] = ['success'];
  for (let step = 0; step < steps; step += 1) {
    life.now += draw.chance(0.05) ? draw.below(9000) : draw.below(60);
    if (draw.chance(0.04))
      mood = draw.pick<Job['outcome'][]>([
        ['success'],
        ['network'],
        ['difference'],
        ['success', 'success', 'success', 'network'],
        ['success', 'difference', 'success'],
        ['success', 'network', 'difference', 'answer', 'killed', 'unknown'],
        ['network', 'difference', 'answer'],
      ]);
    for (const job of life.jobs.filter(({ ends }) => ends <= life.now)) end(life, job, strikes);
    const before = life.breaker;
    const ends = life.now + 1 + (draw.chance(0.03) ? draw.below(20_000) : draw.below(200));
    const begun = begin(life, 1000 + step, { ends, outcome: draw.pick(mood) });
    check(life, begun, before);
  }
  return life;
}
