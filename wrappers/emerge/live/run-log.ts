/** emerge.log, event by event, wherever Portage's configuration puts it. */
import { statSync } from 'node:fs';
import { type LogEvent, logLines, parseLogLine } from '../../../portage/files/emerge-log.ts';
import { type Followed, followEntry, type LogTail, logChunk, tailLog } from '../../../system/follow.ts';
import { debug } from '../../../system/log.ts';
import { placeInLog } from './log-place.ts';

export interface RunLog {
  /** Hands on what was appended since the last time. */
  read(): void;
  /** Goes on in another file, where that is another. */
  move(path: string): boolean;
  stop(): void;
}

interface RunLogListener {
  event(event: LogEvent): void;
  /** The file has changed. */
  changed(): void;
  complain(why: string): void;
}

/** Begins at the end of the file, or with the lines of the time `from` (epoch milliseconds). */
export function openRunLog(first: string, from: number | undefined, listener: RunLogListener): RunLog {
  let path = first;
  let tail: LogTail;
  let split: ReturnType<typeof logLines>;
  let watch: Followed | undefined;

  function open(): void {
    watch?.stop();
    tail = tailLog(path, from === undefined ? undefined : placeInLog(path, from));
    split = logLines();
    watch = followEntry(path, listener.changed);
  }

  open();
  return {
    read() {
      try {
        // opening a fifo would wait for a writer
        if (!statSync(path).isFile()) {
          listener.complain(`${path}: not a regular file`);
          return;
        }
      } catch {
        return;
      }
      let text: string;
      do {
        text = tail.read();
        for (const line of split(text)) {
          const event = parseLogLine(line);
          if (event) listener.event(event);
          else if (line !== '') debug('emerge.log', () => `not understood: ${line.slice(0, 120)}`);
        }
        // most changes are a line: no second look behind what was read whole; a character has up to 4 bytes
      } while (text.length >= logChunk / 4);
    },
    move(other) {
      if (other === path) return false;
      path = other;
      open();
      return true;
    },
    stop: () => watch?.stop(),
  };
}
