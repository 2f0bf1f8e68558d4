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

interface Build {
  readonly at: number;
  /** On the clock that stands still where builds do. */
  readonly end: number;
}

/** What is not in `states` waits. `goesOn` is false where a failure keeps emerge from starting anything more. */
export function timeLeft(plan: Plan, states: ReadonlyMap<string, Running>, goesOn = true): TimeLeft {
  const { nodes } = plan.index.graph;
  const { forecasts, jobs } = plan;
  /** Direct needs that are not merged, by position; -1 for what is no longer to be started. */
  const open = plan.needs.map(list => list.length);
  const ready: number[] = [];
  const merges: number[] = [];
  let builds: Build[] = [];
  let merging: Build | undefined;
  let waiting = 0;
  let now = 0;
  /** Seconds of building that each running build has got. */
  let worked = 0;
  let knownWork = 0;
  let work = 0;
  /** By position: the running package whose end has brought this about. */
  const cause = Int32Array.from(nodes, (_, at) => at);
  /** By position: how long slots were empty though something waited, until this running package was built. */
  const starved = new Float64Array(nodes.length);
  const ends = new Float64Array(nodes.length);

  function started(at: number, from: number): void {
    if (from >= 0) cause[at] = cause[from]!;
  }
  function count(at: number, seconds: number): void {
    work += seconds;
    if (forecasts[at]!.known) knownWork += seconds;
  }
  function merged(at: number): void {
    for (const dependent of plan.neededBy[at]!) {
      open[dependent]! -= 1;
      if (open[dependent] === 0) insert(ready, dependent);
    }
  }

  const rate = (running: number) => 1 / Math.max(1, running) ** plan.contention;
  const status = nodes.map(({ id }) => states.get(id) ?? { state: 'waiting' as const });
  const running = status.filter(({ state }) => state === 'building').length;
  status.forEach(({ state, elapsed = 0 }, at) => {
    const { build, merge } = forecasts[at]!;
    if (state === 'waiting') return;
    open[at] = -1;
    if (state === 'building') {
      const spent = elapsed * rate(running);
      const rest = Math.max(build - spent, overdue * spent, 0.5);
      builds.push({ at, end: rest });
      count(at, rest + merge);
    } else if (state === 'built') {
      merges.push(at);
      count(at, merge);
    } else if (state === 'merging') {
      if (merging === undefined) merging = { at, end: merge / 2 };
      else merges.push(at);
      count(at, merge / 2);
    }
  });
  status.forEach(({ state }, at) => {
    if (state === 'done' || state === 'failed' || state === 'dropped') {
      for (const dependent of plan.neededBy[at]!) if (open[dependent]! > 0) open[dependent]! -= 1;
    }
  });
  open.forEach((needs, at) => {
    if (needs < 0) return;
    if (!goesOn) open[at] = -1;
    else {
      waiting += 1;
      count(at, forecasts[at]!.build + forecasts[at]!.merge);
      if (needs === 0) ready.push(at);
    }
  });

  let last = -1;
  /** Merges that nothing may be started beside. */
  let draining = plan.mergeWait && merging !== undefined;
  function schedule(from: number): void {
    for (;;) {
      if (
        merging === undefined &&
        merges.length > 0 &&
        (draining || !plan.mergeWait || builds.length === 0)
      ) {
        const at = merges.shift()!;
        started(at, from);
        merging = { at, end: now + forecasts[at]!.merge };
        draining = plan.mergeWait;
      }
      const idle = builds.length === 0 && merging === undefined && merges.length === 0;
      // with one job the next waits for the merge, too
      const free = builds.length < jobs && !draining && (jobs > 1 || idle);
      let at = free ? ready.shift() : undefined;
      // where nothing runs Portage takes the next of the list, whatever it needs
      if (at === undefined && idle && waiting > 0) at = open.findIndex(needs => needs >= 0);
      if (at === undefined || at < 0) return;
      open[at] = -1;
      waiting -= 1;
      started(at, from);
      builds.push({ at, end: worked + forecasts[at]!.build });
    }
  }

  schedule(-1);
  while (builds.length > 0 || merging !== undefined) {
    const pace = rate(builds.length);
    let first: Build | undefined;
    for (const build of builds) if (first === undefined || build.end < first.end) first = build;
    const built = first === undefined ? Number.POSITIVE_INFINITY : now + (first.end - worked) / pace;
    const isMerge = merging !== undefined && merging.end <= built;
    const time = Math.max(now, isMerge ? merging!.end : built);
    if (waiting > 0 && builds.length < jobs) {
      for (const { at } of builds) starved[at]! += time - now;
    }
    worked += (time - now) * pace;
    now = time;
    if (isMerge) {
      last = merging!.at;
      merging = undefined;
      if (merges.length === 0) draining = false;
      merged(last);
    } else {
      last = first!.at;
      builds = builds.filter(build => build !== first);
      merges.push(last);
      ends[last] = now;
    }
    schedule(last);
  }
  const bottleneck = last < 0 || jobs <= 1 ? undefined : holding(cause[last]!);
  /** The one at the head of the chain that takes until the end, where others could be built but for it. */
  function holding(at: number): string | undefined {
    if (at === last) return undefined;
    const held = status[at]?.state === 'building' && ends[at]! > 5 && starved[at]! > ends[at]! / 2;
    return held ? nodes[at]?.id : undefined;
  }
  return {
    seconds: now,
    known: work > 0 ? knownWork / work : 1,
    ...(bottleneck === undefined ? {} : { bottleneck }),
  };
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
