/** What following a running emerge tells, and may be asked. */
import type { ResumeList } from '../../../portage/files/mtimedb.ts';
import type { LogPlaces } from '../../../system/build-logs.ts';
import type { RunState } from './run-state.ts';

export interface SessionListener {
  /** The list is known, and tied to our emerge. */
  listed(run: RunState, list: ResumeList): void;
  changed(): void;
  /** emerge merges no more: before its closing words where the status socket tells, else when it is gone. */
  ended(): void;
}

export interface Session {
  /** Looks at everything once more; called at each tick. */
  look(): void;
  /** What Portage's configuration says, once it is known. */
  learn(settings: LogPlaces & { EMERGE_LOG_DIR: string; FEATURES: string }): void;
  /** Exit status as emerge.log tells it, if it does. */
  exitStatus(): number | undefined;
  stop(): void;
}
