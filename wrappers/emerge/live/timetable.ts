/** When the picture is drawn: as soon as it is asked for, but within what a painter may take of the processor. */
import { processorTime } from '../../../system/processor-time.ts';
import { changesReserve, type PaceOptions, startPace } from './pace.ts';

export interface Timetable {
  /** Something has changed. */
  changed(): void;
  /** Only the time went on. */
  ticked(): void;
  cancel(): void;
}

/** `draw` tells whether it drew at all. */
export function startTimetable(options: PaceOptions, draw: () => boolean): Timetable {
  const pace = startPace(options);
  let pending: NodeJS.Timeout | undefined;
  let at = 0;
  // the nodes, then the edges: both are waited for, whatever they cost
  let free = 2;

  function work(): void {
    pending = undefined;
    // not by the clock: on a busy machine, which is when it matters, that is mostly the time of others
    const before = processorTime();
    if (!draw()) return;
    pace.spent(free > 0 ? 0 : processorTime() - before, performance.now());
    free -= 1;
  }

  function ask(reserve: number): void {
    // not by the clock, which may be set back by hours
    const now = performance.now();
    const due = now + pace.wait(now, reserve);
    if (pending !== undefined && at <= due) return;
    clearTimeout(pending);
    at = due;
    pending = setTimeout(work, due - now);
  }

  return {
    changed: () => ask(0),
    ticked: () => ask(Math.min(changesReserve, options.burst / 2)),
    cancel() {
      clearTimeout(pending);
      pending = undefined;
    },
  };
}
