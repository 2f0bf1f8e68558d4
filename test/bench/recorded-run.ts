/**
 * Runs of emerge that never were, and the emerge.log that they would have written: Portage's scheduler told once more,
 * literally and slowly, on a machine whose cores the builds share. It knows nothing of the code that predicts.
 */
import type { Random } from '../testbed/random.ts';

export interface ImaginedPackage {
  readonly cpv: string;
  /** Seconds with the machine to itself, of the build and of the merge. */
  readonly build: number;
  readonly merge: number;
  /** How many cores its build keeps busy. */
  readonly width: number;
  /** The cpvs that it needs, listed or not, earlier or later. */
  readonly needs: readonly string[];
}

interface Circumstances {
  readonly jobs: number;
  readonly mergeWait: boolean;
  readonly cores: number;
  /** Standard deviation of the logarithm: 0.2 is about 20 %. */
  readonly spread: number;
  /** Epoch seconds. */
  readonly begin: number;
  /** The one that fails to build. */
  readonly fails?: string;
}

export interface ImaginedRun {
  /** Epoch seconds with fractions, and what emerge.log says then. */
  readonly lines: readonly (readonly [number, string])[];
  /** From the first start to the last completion. */
  readonly seconds: number;
  /** Epoch seconds at which each build really ended, by cpv. */
  readonly ends: ReadonlyMap<string, number>;
}

function normal(random: Random): number {
  const [a, b] = [(random.below(1e6) + 1) / 1e6, random.below(1e6) / 1e6];
  return Math.sqrt(-2 * Math.log(a)) * Math.cos(2 * Math.PI * b);
}

export function spreadOf(value: number, spread: number, random: Random): number {
  return value * Math.exp(spread * normal(random));
}

interface Task {
  readonly one: ImaginedPackage;
  readonly number: number;
  rest: number;
}

/** `list` is in merge order. */
export function imagineRun(
  list: readonly ImaginedPackage[],
  { jobs, mergeWait, cores, spread, begin, fails }: Circumstances,
  random: Random,
): ImaginedRun {
  const byCpv = new Map(list.map(one => [one.cpv, one]));
  const lines: [number, string][] = [];
  const queue = [...list];
  const done = new Set<string>();
  const ends = new Map<string, number>();
  const building: Task[] = [];
  const built: Task[] = [];
  let merging: Task | undefined;
  let draining = false;
  let failed = false;
  let clock = begin;
  let number = 0;
  let end = begin;
  const say = (text: string) => lines.push([clock, text]);
  const place = (task: Task) => `(${task.number} of ${list.length})`;

  function dependsOnScheduled(one: ImaginedPackage, later: ReadonlySet<string>): boolean {
    const seen = new Set([one.cpv]);
    const stack = [...one.needs];
    for (let name = stack.pop(); name !== undefined; name = stack.pop()) {
      if (seen.has(name)) continue;
      seen.add(name);
      const found = byCpv.get(name);
      if (found === undefined) continue;
      if (!done.has(name) && !later.has(name)) return true;
      stack.push(...found.needs);
    }
    return false;
  }

  function choose(): ImaginedPackage | undefined {
    const busy = building.length + built.length + (merging ? 1 : 0) > 0;
    if (!busy) return queue.shift();
    if (jobs === 1) return undefined;
    const later = new Set(queue.map(one => one.cpv));
    const at = queue.findIndex(one => {
      later.delete(one.cpv);
      return !dependsOnScheduled(one, later);
    });
    return at < 0 ? undefined : queue.splice(at, 1)[0];
  }

  function mergeNext(): void {
    if (merging !== undefined || built.length === 0) return;
    if (mergeWait && !draining && building.length > 0) return;
    draining = mergeWait;
    const task = built.shift()!;
    say(` === ${place(task)} Merging (${task.one.cpv}::/repo/${task.one.cpv}.ebuild)`);
    merging = { ...task, rest: spreadOf(task.one.merge, spread, random) };
  }

  function startBuilds(): void {
    while (!failed && queue.length > 0 && building.length < jobs && !draining) {
      const one = choose();
      if (one === undefined) return;
      number += 1;
      const task = { one, number, rest: spreadOf(one.build, spread, random) };
      say(` >>> emerge ${place(task)} ${one.cpv} to /`);
      say(` === ${place(task)} Cleaning (${one.cpv}::/repo/${one.cpv}.ebuild)`);
      say(` === ${place(task)} Compiling/Merging (${one.cpv}::/repo/${one.cpv}.ebuild)`);
      building.push(task);
    }
  }

  say(`Started emerge on: Nov 21, 2026 12:00:00`);
  say(` *** emerge ${jobs === 1 ? '' : `--jobs=${jobs} `}--verbose @world`);
  for (;;) {
    mergeNext();
    startBuilds();
    if (building.length === 0 && merging === undefined) break;
    const wanted = building.reduce((sum, { one }) => sum + one.width, 0);
    const speed = Math.min(1, cores / wanted);
    const builds = building.map(task => task.rest / speed);
    const step = Math.min(...builds, merging?.rest ?? Number.POSITIVE_INFINITY);
    clock += step;
    for (const task of building) task.rest -= step * speed;
    if (merging) merging.rest -= step;
    if (merging && merging.rest <= 1e-9) {
      const { one } = merging;
      say(` >>> AUTOCLEAN: ${one.cpv.replace(/-[^-]*$/, '')}:0`);
      say(` === ${place(merging)} Post-Build Cleaning (${one.cpv}::/repo/${one.cpv}.ebuild)`);
      say(` ::: completed emerge ${place(merging)} ${one.cpv} to /`);
      done.add(one.cpv);
      merging = undefined;
      end = clock;
      if (built.length === 0) draining = false;
    }
    for (const task of building.filter(({ rest }) => rest <= 1e-9)) {
      building.splice(building.indexOf(task), 1);
      if (task.one.cpv === fails) failed = true;
      else {
        built.push(task);
        ends.set(task.one.cpv, clock);
      }
    }
  }
  if (failed) say(` *** exiting unsuccessfully with status '1'.`);
  else say(` *** exiting successfully.`);
  say(` *** terminating.`);
  return { lines, seconds: end - begin, ends };
}

/** As emerge writes it, the lines of several runs mixed by their times. */
export function logText(runs: readonly ImaginedRun[]): string {
  const all = runs.flatMap(run => run.lines).map(([time, text], at) => ({ time, text, at }));
  all.sort((a, b) => a.time - b.time || a.at - b.at);
  return all.map(({ time, text }) => `${Math.floor(time)}: ${text}\n`).join('');
}
