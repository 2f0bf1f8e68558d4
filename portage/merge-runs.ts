/**
 * Finished merges out of emerge.log's events. The log tells when a package is started and when its merge begins, but
 * not when its build ends: with several jobs it may then wait for long (FEATURES=merge-wait). What can be told comes
 * from three things: builds are merged in the order in which they ended, a start with all job slots taken means that
 * one has just ended, and what waits is merged as soon as the last build has ended.
 */
import type { LogEvent } from './files/emerge-log.ts';

/** Times are whole seconds since the epoch. */
export interface FinishedMerge {
  readonly cpv: string;
  readonly binary: boolean;
  readonly started: number;
  /** Between these two its build ended. */
  readonly builtFrom: number;
  readonly builtBy: number;
  /** Undefined for binary packages, whose extraction and merge the log does not tell apart. */
  readonly merging?: number;
  readonly completed: number;
}

export interface MergeRecorder {
  add(event: LogEvent): void;
  /** What was finished, in no certain order; nothing may be added afterwards. */
  finished(): FinishedMerge[];
}

interface Job {
  readonly cpv: string;
  readonly root: string;
  readonly started: number;
  binary: boolean;
  merging?: number;
  completed?: number;
  builtFrom?: number;
  builtBy?: number;
}

interface Entry {
  readonly job: Job;
  readonly time: number;
  readonly begins: boolean;
}

/** One count from 1 to `total`: an emerge, or one of the rounds of --keep-going. */
interface Pass {
  readonly total: number;
  readonly slots: number;
  /** The number of the last start. */
  last: number;
  readonly entries: Entry[];
  /** Unfinished, by number. */
  readonly open: Map<number, Job>;
}

type Started = Extract<LogEvent, { type: 'package-started' | 'package-completed' }>;

/** So many emerges are told apart at a time. */
const mostPasses = 8;
/** Seconds between the end of a merge and the beginning of the next that waited for it. */
const nextTo = 2;

/** Events in the order of the log; those of several emerges may be mixed, and any of them may be missing. */
export function recordMerges(): MergeRecorder {
  /** The least recently used first. */
  const passes: Pass[] = [];
  const merges: FinishedMerge[] = [];
  /** Slots of an emerge that has not started a package yet, and of the last that has. */
  let asked: number | undefined;
  let usual: number | undefined;

  function close(pass: Pass): void {
    tellEnds(pass);
    for (const { job, begins } of pass.entries) {
      const found = begins ? finishedMerge(job) : undefined;
      if (found) merges.push(found);
    }
  }

  function use(pass: Pass): void {
    const at = passes.indexOf(pass);
    if (at >= 0) passes.splice(at, 1);
    passes.push(pass);
    if (passes.length > mostPasses) close(passes.shift()!);
  }

  function passOf(number: number, total: number): Pass {
    const known =
      number === 1 ? undefined : passes.findLast(pass => pass.total === total && pass.last === number - 1);
    if (known) return known;
    // without its beginning nothing is known of its slots; a new round has those of the one before
    const slots = number === 1 ? (asked ?? usual) : undefined;
    if (number === 1) {
      usual = slots;
      asked = undefined;
    }
    return {
      total,
      slots: slots ?? Number.POSITIVE_INFINITY,
      last: number - 1,
      entries: [],
      open: new Map(),
    };
  }

  function start({ number, total, cpv, root, time }: Started): void {
    const pass = passOf(number, total);
    const job: Job = { cpv, root, started: time, binary: false };
    pass.last = number;
    pass.open.set(number, job);
    pass.entries.push({ job, time, begins: true });
    use(pass);
  }

  function find(event: { number: number; total: number; cpv: string }): [Pass, Job] | undefined {
    for (let at = passes.length - 1; at >= 0; at--) {
      const pass = passes[at]!;
      const job = pass.total === event.total ? pass.open.get(event.number) : undefined;
      if (job?.cpv === event.cpv) return [pass, job];
    }
    return undefined;
  }

  return {
    add(event) {
      if (event.type === 'emerge') asked = slotsOf(event.options);
      else if (event.type === 'package-started') start(event);
      else if (event.type === 'step' && event.step.startsWith('merging')) {
        const [pass, job] = find(event) ?? [];
        if (!pass || !job || job.merging !== undefined) return;
        if (event.step === 'merging-binary') job.binary = true;
        else {
          job.merging = event.time;
          pass.entries.push({ job, time: event.time, begins: false });
        }
      } else if (event.type === 'package-completed') {
        const [pass, job] = find(event) ?? [];
        if (!pass || !job || job.root !== event.root) return;
        job.completed = event.time;
        pass.open.delete(event.number);
        if (job.merging === undefined) pass.entries.push({ job, time: event.time, begins: false });
        use(pass);
      }
    },
    finished() {
      for (const pass of passes.splice(0)) close(pass);
      return merges;
    },
  };
}

/** `--jobs` without a number is no limit, none at all is one job. */
function slotsOf(options: readonly string[]): number {
  const given = options.findLast(option => /^--jobs(=|$)/.test(option))?.slice('--jobs='.length);
  if (given === undefined) return 1;
  const slots = Number.parseInt(given, 10);
  return slots > 0 ? slots : Number.POSITIVE_INFINITY;
}

function finishedMerge(job: Job): FinishedMerge | undefined {
  const { cpv, binary, started, builtFrom, builtBy, merging, completed } = job;
  if (completed === undefined || builtFrom === undefined || builtBy === undefined) return undefined;
  // a clock that was set back
  if (started > builtFrom || builtFrom > builtBy || builtBy > completed) return undefined;
  return {
    cpv,
    binary,
    started,
    builtFrom,
    builtBy,
    completed,
    ...(merging === undefined ? {} : { merging }),
  };
}

/** Goes through one pass and says of each build when it ended. */
function tellEnds(pass: Pass): void {
  const { entries, slots } = pass;
  const merged = entries.filter(({ begins }) => !begins).map(({ job }) => job);
  const counts = new Set(merged);
  const building = new Set<Job>();
  let next = 0;
  let idleSince = 0;
  let latest = 0;
  function ended(job: Job, from: number, by: number): void {
    job.builtFrom = Math.max(from, job.started);
    job.builtBy = Math.max(by, job.started);
    building.delete(job);
    latest = by;
    next = merged.indexOf(job, next) + 1;
  }
  entries.forEach(({ job, time, begins }, at) => {
    if (begins) {
      const first = merged[next];
      if (building.size >= slots && first && building.has(first)) ended(first, time, time);
      building.add(job);
      return;
    }
    const row = drained(
      entries,
      at,
      [...building].filter(one => counts.has(one)),
    );
    const earliest = latest;
    // all waited for the last of them
    for (const [place, one] of row.entries()) ended(one, place === row.length - 1 ? time : earliest, time);
    if (building.has(job)) ended(job, time <= idleSince + nextTo ? Math.min(latest, time) : time, time);
    idleSince = job.completed ?? time;
  });
}

/**
 * The builds among the merges from `at` on, where these follow each other without a pause until all that was built is
 * merged: FEATURES=merge-wait, or a last build by itself.
 */
function drained(entries: readonly Entry[], at: number, building: readonly Job[]): Job[] {
  const found: Job[] = [];
  let before: number | undefined;
  for (let next = at; found.length < building.length; next++) {
    const entry = entries[next];
    if (entry === undefined || entry.begins) return [];
    const { job, time } = entry;
    // a binary package is known by its completion alone
    const follows = before !== undefined && time <= before + nextTo;
    if (next > at && job.merging !== undefined && !follows) return [];
    if (building.includes(job)) found.push(job);
    before = job.completed;
  }
  return found;
}
