/** Work that is done at a pace, by the processor time that it takes. */
import { processorTime } from '../../../system/processor-time.ts';
import { type PaceOptions, startPace } from './pace.ts';

export interface Charged {
  work(): void;
  /** Milliseconds to wait before it is done again, `calm` at least. */
  wait(): number;
}

export function charged(options: PaceOptions, work: () => void): Charged {
  const pace = startPace(options);
  return {
    work() {
      const before = processorTime();
      work();
      pace.spent(processorTime() - before, performance.now());
    },
    wait: () => Math.max(options.calm, pace.wait(performance.now())),
  };
}
