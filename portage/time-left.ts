/**
 * When a run will be over: Portage's scheduler played through (_emerge.Scheduler: _choose_pkg, _schedule_tasks,
 * _build_exit). Packages are started in merge order as soon as all that they need is merged, at most `jobs` at a time;
 * they are merged one after the other, in the order in which they were built, with FEATURES=merge-wait only while
 * nothing is built.
 */
import type { NodeState } from './graph.ts';
import type { Plan } from './run-plan.ts';

export interface Running {
  readonly state: NodeState;
  /** Seconds since its start. */
  readonly elapsed?: number;
}

export interface TimeLeft {
  readonly seconds: number;
  /** How much of it rests on merges of the same packages, from 0 to 1. */
  readonly known: number;
  /** The running package that others wait for while job slots stay empty. */
  readonly bottleneck?: string;
}

/** One that takes longer than it should goes on in proportion. */
const overdue = 0.1;
/** A bottleneck that is gone in so many seconds is not worth a word. */
const brief = 5;

/** A package by its position, and when it will be ready. */
interface Task {
  readonly at: number;
  readonly end: number;
}

interface Play {
  readonly plan: Plan;
  /** Seconds from now. */
  now: number;
  /** Seconds of work that a build has got which has run all the time; the ends of builds are on this clock. */
  worked: number;
  readonly building: Task[];
  /** Built, in the order in which they were. */
  readonly built: number[];
  merging: Task | undefined;
  /** With merge-wait: what is built is being merged, and nothing is started beside it. */
  draining: boolean;
  /** How many are still to be started. */
  waiting: number;
  /** Of these the ones that need nothing more, in merge order. */
  readonly ready: number[];
  /** By position: how many needs are not merged; negative for what is not to be started. */
  readonly needs: number[];
  /** By position: the package running now that all this began with. */
  readonly origin: Int32Array;
  /** By position: how long job slots were empty while it was built although something waited. */
  readonly starved: Float64Array;
  /** By position: when it was built. */
  readonly builtAt: Float64Array;
  /** Seconds of work ahead, and how many of them are known. */
  work: number;
  knownWork: number;
}

/** What is not in `states` waits. `goesOn` is false where a failure keeps emerge from starting anything more. */
export function timeLeft(plan: Plan, states: ReadonlyMap<string, Running>, goesOn = true): TimeLeft {
  const play = begin(plan, states, goesOn);
  let last = -1;
  schedule(play, last);
  while (play.building.length > 0 || play.merging !== undefined) {
    last = proceed(play);
    schedule(play, last);
  }
  const bottleneck = bottleneckOf(play, states, last);
  return {
    seconds: play.now,
    known: play.work > 0 ? play.knownWork / play.work : 1,
    ...(bottleneck === undefined ? {} : { bottleneck }),
  };
}

/** How fast each build is beside the others. */
function rate({ contention }: Plan, building: number): number {
  return 1 / Math.max(1, building) ** contention;
}

function begin(plan: Plan, states: ReadonlyMap<string, Running>, goesOn: boolean): Play {
  const { nodes } = plan.index.graph;
  const play: Play = {
    plan,
    now: 0,
    worked: 0,
    building: [],
    built: [],
    merging: undefined,
    draining: false,
    waiting: 0,
    ready: [],
    needs: plan.needs.map(list => list.length),
    origin: Int32Array.from(nodes, (_, at) => at),
    starved: new Float64Array(nodes.length),
    builtAt: new Float64Array(nodes.length),
    work: 0,
    knownWork: 0,
  };
  const status = nodes.map(({ id }): Running => states.get(id) ?? { state: 'waiting' });
  const speed = rate(plan, status.filter(({ state }) => state === 'building').length);
  status.forEach((one, at) => {
    if (one.state !== 'waiting') goOn(play, at, one, speed);
  });
  status.forEach(({ state }, at) => {
    if (state !== 'waiting') return;
    if (!goesOn) play.needs[at] = -1;
    else {
      const { build, merge } = plan.forecasts[at]!;
      play.waiting += 1;
      count(play, at, build + merge);
      if (play.needs[at] === 0) play.ready.push(at);
    }
  });
  play.draining = plan.mergeWait && play.merging !== undefined;
  return play;
}

/** From where a package stands now. */
function goOn(play: Play, at: number, { state, elapsed = 0 }: Running, speed: number): void {
  const { build, merge } = play.plan.forecasts[at]!;
  play.needs[at] = -1;
  if (state === 'building') {
    const spent = elapsed * speed;
    const rest = Math.max(build - spent, overdue * spent, 0.5);
    play.building.push({ at, end: rest });
    count(play, at, rest + merge);
  } else if (state === 'built' || (state === 'merging' && play.merging !== undefined)) {
    play.built.push(at);
    count(play, at, merge);
  } else if (state === 'merging') {
    play.merging = { at, end: merge / 2 };
    count(play, at, merge / 2);
  } else {
    for (const dependent of play.plan.neededBy[at]!)
      if (play.needs[dependent]! > 0) play.needs[dependent]! -= 1;
  }
}

function count(play: Play, at: number, seconds: number): void {
  play.work += seconds;
  if (play.plan.forecasts[at]!.known) play.knownWork += seconds;
}

/** Starts whatever may be started because the package at `from` has been built or merged; -1 at the beginning. */
function schedule(play: Play, from: number): void {
  const { plan, building, built, ready } = play;
  const { jobs, mergeWait, forecasts } = plan;
  for (;;) {
    const mayMerge = play.draining || !mergeWait || building.length === 0;
    if (play.merging === undefined && built.length > 0 && mayMerge) {
      const at = built.shift()!;
      if (from >= 0) play.origin[at] = play.origin[from]!;
      play.merging = { at, end: play.now + forecasts[at]!.merge };
      play.draining = mergeWait;
    }
    const idle = building.length === 0 && play.merging === undefined;
    // with one job the next waits for the merge, too
    const free = building.length < jobs && !play.draining && (jobs > 1 || idle);
    let at = free ? ready.shift() : undefined;
    // where nothing runs Portage takes the next of the list, whatever it needs
    if (at === undefined && idle && play.waiting > 0) at = play.needs.findIndex(needs => needs >= 0);
    if (at === undefined || at < 0) return;
    play.needs[at] = -1;
    play.waiting -= 1;
    if (from >= 0) play.origin[at] = play.origin[from]!;
    building.push({ at, end: play.worked + forecasts[at]!.build });
  }
}

/** Up to the next end of a build or a merge; the position of that package. */
function proceed(play: Play): number {
  const { plan, building, merging } = play;
  const speed = rate(plan, building.length);
  let first: Task | undefined;
  for (const build of building) if (first === undefined || build.end < first.end) first = build;
  const ready = first === undefined ? Number.POSITIVE_INFINITY : play.now + (first.end - play.worked) / speed;
  const isMerge = merging !== undefined && merging.end <= ready;
  const time = Math.max(play.now, isMerge ? merging.end : ready);
  if (play.waiting > 0 && building.length < plan.jobs)
    for (const { at } of building) play.starved[at]! += time - play.now;
  play.worked += (time - play.now) * speed;
  play.now = time;
  if (isMerge) {
    play.merging = undefined;
    if (play.built.length === 0) play.draining = false;
    for (const dependent of plan.neededBy[merging.at]!) {
      play.needs[dependent]! -= 1;
      if (play.needs[dependent] === 0) insert(play.ready, dependent);
    }
    return merging.at;
  }
  const { at } = first!;
  building.splice(building.indexOf(first!), 1);
  play.built.push(at);
  play.builtAt[at] = time;
  return at;
}

/** The one that the chain begins with which takes until the end, where others could be built but for it. */
function bottleneckOf(play: Play, states: ReadonlyMap<string, Running>, last: number): string | undefined {
  const { plan, builtAt, starved } = play;
  const at = play.origin[last] ?? -1;
  const id = plan.index.graph.nodes[at]?.id;
  if (id === undefined || at === last || plan.jobs <= 1 || states.get(id)?.state !== 'building')
    return undefined;
  return builtAt[at]! > brief && starved[at]! > builtAt[at]! / 2 ? id : undefined;
}

function insert(sorted: number[], value: number): void {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const at = (low + high) >> 1;
    if (sorted[at]! < value) low = at + 1;
    else high = at;
  }
  sorted.splice(low, 0, value);
}
