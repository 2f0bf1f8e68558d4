/** How long packages take to build and to merge, from the merges that emerge.log tells of. */
import { parseCpv } from './cpv.ts';
import type { FinishedMerge } from './merge-runs.ts';

/** Seconds that a package takes with nothing else being built. */
export interface Duration {
  /** Up to the end of the build; for a binary package up to its end. */
  readonly build: number;
  readonly merge: number;
}

export interface MergeHistory {
  /** By category/package. Binary packages stand apart. */
  readonly source: ReadonlyMap<string, Duration>;
  readonly binary: ReadonlyMap<string, Duration>;
  /** With n builds at a time each of them takes n to the power of this as long: 0 not at all longer, 1 n times. */
  readonly contention: number;
}

interface Sample {
  readonly from: number;
  readonly by: number;
  readonly merge: number | undefined;
  /** How many builds there were on average while it was built, itself among them. */
  readonly load: number;
  readonly completed: number;
}

/** Of so many last merges, as emlop's default. */
const limit = 10;
/** What a machine is like of which the log tells too little, and how much evidence outweighs that. */
const usualContention = 0.5;
const usualWeight = 0.5;
/** A share of the build's time within which its end is known well enough. */
const close = 0.15;

export function mergeHistory(merges: readonly FinishedMerge[]): MergeHistory {
  const loads = loadsOf(merges);
  const groups = { source: new Map<string, Sample[]>(), binary: new Map<string, Sample[]>() };
  const names = new Map<string, string>();
  merges.forEach((merge, at) => {
    const name = names.get(merge.cpv) ?? parseCpv(merge.cpv)?.cp;
    if (name === undefined) return;
    names.set(merge.cpv, name);
    const group = merge.binary ? groups.binary : groups.source;
    const known = group.get(name) ?? [];
    known.push(sampleOf(merge, loads[at]!));
    group.set(name, known);
  });
  for (const group of Object.values(groups)) {
    for (const samples of group.values()) {
      samples.sort((a, b) => a.completed - b.completed);
      samples.splice(0, samples.length - limit);
    }
  }
  const contention = contentionOf([...groups.source.values()]);
  const durations = (group: ReadonlyMap<string, readonly Sample[]>) =>
    new Map([...group].map(([name, samples]) => [name, durationOf(samples, contention)]));
  return { source: durations(groups.source), binary: durations(groups.binary), contention };
}

function sampleOf(merge: FinishedMerge, load: number): Sample {
  const { started, builtFrom, builtBy, merging, completed } = merge;
  return {
    from: builtFrom - started,
    by: builtBy - started,
    merge: merging === undefined ? undefined : completed - merging,
    load,
    completed,
  };
}

function isClose({ from, by }: Sample): boolean {
  return by - from <= Math.max(1, by * close);
}

function middle({ from, by }: Sample): number {
  return (from + by) / 2;
}

/** What was built at the same time, by whatever emerge. */
function loadsOf(merges: readonly FinishedMerge[]): number[] {
  const ends = merges.map(({ builtFrom, builtBy }) => (builtFrom + builtBy) / 2);
  const begun = sumBefore(merges.map(({ started }) => started));
  const over = sumBefore(ends);
  return merges.map(({ started }, at) => {
    const end = ends[at]!;
    const built = begun(end) - over(end) - begun(started) + over(started);
    return end > started ? Math.max(1, built / (end - started)) : 1;
  });
}

/** For a time the sum of what has passed since each of `times` that lies before it. */
function sumBefore(times: readonly number[]): (time: number) => number {
  // seconds since 1970 would use up the precision of the sums
  const origin = times[0] ?? 0;
  const sorted = Float64Array.from(times, time => time - origin).sort();
  const sums = new Float64Array(sorted.length + 1);
  for (let at = 0; at < sorted.length; at++) sums[at + 1] = sums[at]! + sorted[at]!;
  return time => {
    let low = 0;
    let high = sorted.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (sorted[at]! < time - origin) low = at + 1;
      else high = at;
    }
    return low * (time - origin) - sums[low]!;
  };
}

/** The slope of log(time) over log(load) within the packages, pulled towards the usual one. */
function contentionOf(groups: readonly (readonly Sample[])[]): number {
  let together = usualWeight * usualContention;
  let squares = usualWeight;
  for (const group of groups) {
    const points = group
      .filter(sample => isClose(sample) && sample.by >= 5)
      .map(sample => [Math.log(sample.load), Math.log(Math.max(1, middle(sample)))] as const);
    if (points.length < 2) continue;
    const x = points.reduce((sum, point) => sum + point[0], 0) / points.length;
    const y = points.reduce((sum, point) => sum + point[1], 0) / points.length;
    for (const point of points) {
      together += (point[0] - x) * (point[1] - y);
      squares += (point[0] - x) ** 2;
    }
  }
  return Math.min(1, Math.max(0, together / squares));
}

function durationOf(samples: readonly Sample[], contention: number): Duration {
  const alone = (seconds: number, { load }: Sample) => seconds / load ** contention;
  const known = samples.filter(isClose);
  // of those that waited for others only the bounds are known
  const build =
    known.length > 0
      ? middleMean(known.map(sample => alone(middle(sample), sample)))
      : Math.max(
          ...samples.map(sample => alone(sample.from, sample)),
          Math.min(...samples.map(sample => alone(middle(sample), sample))),
        );
  const merges = samples.flatMap(({ merge }) => merge ?? []);
  return { build, merge: merges.length > 0 ? middleMean(merges) : 0 };
}

/** The mean of the middle half: as deaf to an exceptional value as a median, and finer where times are whole seconds. */
export function middleMean(values: readonly number[], outside = 0.25): number {
  const sorted = [...values].sort((a, b) => a - b);
  const cut = sorted.length * outside;
  let sum = 0;
  let weight = 0;
  sorted.forEach((value, at) => {
    const share = Math.max(0, Math.min(at + 1, sorted.length - cut) - Math.max(at, cut));
    sum += value * share;
    weight += share;
  });
  return weight > 0 ? sum / weight : Number.NaN;
}
