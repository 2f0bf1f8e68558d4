/** When a thing may be done again: at once as a rule, but in the long run it takes only a small share of a core. Pure. */

export interface Pace {
  /** It was done and took `cost` milliseconds of CPU; `now` in milliseconds of a clock that only goes forward. */
  spent(cost: number, now: number): void;
  /** Milliseconds to wait from `now` on; what matters less leaves `reserve` milliseconds of CPU to other times. */
  wait(now: number, reserve?: number): number;
}

export interface PaceOptions {
  /** Milliseconds that always lie between two times. */
  readonly calm: number;
  /** What may be taken ahead, in milliseconds of CPU. */
  readonly burst: number;
  /** The share of a core in the long run. */
  readonly share: number;
  /** Milliseconds after which it may be done whatever it took. */
  readonly longest: number;
}

/** Frames: the first ones are slow; where packages come and go by the second, not every change is drawn. */
export const framePace: PaceOptions = { calm: 60, burst: 60, share: 0.0007, longest: 2000 };
/** Of that, for what really changes; seconds that merely go on are drawn out of the rest. */
export const changesReserve = framePace.burst / 2;
/** For somebody who steers the picture and waits for it. */
export const viewerPace: PaceOptions = { calm: 30, burst: 1000, share: 0.1, longest: 250 };
/** Questions to the status socket, which cost emerge as much as us; log and marks tell most of it sooner. */
export const questionPace: PaceOptions = { calm: 100, burst: 15, share: 0.0003, longest: 2000 };

/** Reading the log where the socket tells the same, only not which builds to watch. */
export const readingPace: PaceOptions = { calm: 50, burst: 10, share: 0.0003, longest: 400 };

export function startPace({ calm, burst, share, longest }: PaceOptions): Pace {
  let credit = burst;
  let last: number | undefined;
  return {
    spent(cost, now) {
      credit = Math.min(burst, credit + (now - (last ?? now)) * share) - cost;
      last = now;
    },
    wait(now, reserve = 0) {
      if (last === undefined) return 0;
      const earned = credit - reserve + (now - last) * share;
      const due = earned >= 0 ? last + calm : Math.min(last + longest, now - earned / share);
      return Math.max(0, due - now);
    },
  };
}
