/** Following files that others write: whole files that are replaced, and logs that grow. */
import { closeSync, type FSWatcher, fstatSync, openSync, readSync, statSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

export interface Followed {
  stop(): void;
}

/**
 * Calls `changed` whenever the entry `path` is created, replaced or removed. The kernel is asked where it can be, and a
 * look every `interval` milliseconds makes up for what it does not say (a directory that is not there yet, a network
 * file system).
 */
export function followEntry(path: string, changed: () => void, interval = 1000): Followed {
  let watcher: FSWatcher | undefined;
  let known = signature(path);
  /** The kernel has told of a change since `known`. */
  let told = false;
  function look(): void {
    const now = signature(path);
    const missed = now !== known && !told;
    known = now;
    told = false;
    if (missed) changed();
  }
  function observe(): void {
    if (watcher) return;
    try {
      watcher = watch(dirname(path), { persistent: false }, (_event, name) => {
        if (name !== null && name !== basename(path)) return;
        told = true;
        changed();
      });
      watcher.on('error', () => {
        watcher?.close();
        watcher = undefined;
      });
    } catch {
      // tried again at the next interval
    }
  }
  observe();
  const timer = setInterval(() => {
    observe();
    look();
  }, interval);
  timer.unref();
  return {
    stop() {
      clearInterval(timer);
      watcher?.close();
    },
  };
}

function signature(path: string): string {
  try {
    const { ino, size, mtimeMs } = statSync(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return '';
  }
}

/** What was appended to a log since the last call, as text. A log that was cut or replaced is read from its start. */
export interface LogTail {
  /** As far as `logChunk` bytes; the empty text where nothing is left. */
  read(): string;
}

export const logChunk = 1 << 20;

/** Starts at byte `from`, or at the end of what is there now. */
export function tailLog(path: string, from?: number): LogTail {
  let inode = 0;
  let offset = 0;
  try {
    const { ino, size } = statSync(path);
    inode = ino;
    offset = Math.min(from ?? size, size);
  } catch {
    // everything that will be written is new
  }
  return {
    read() {
      let file: number;
      try {
        file = openSync(path, 'r');
      } catch {
        return '';
      }
      try {
        const { ino, size } = fstatSync(file);
        if (ino !== inode || size < offset) offset = 0;
        inode = ino;
        const length = Math.min(size - offset, logChunk);
        if (length <= 0) return '';
        const buffer = Buffer.alloc(length);
        const got = readSync(file, buffer, 0, length, offset);
        offset += got;
        return buffer.toString('utf8', 0, got);
      } catch {
        return '';
      } finally {
        closeSync(file);
      }
    },
  };
}

/** Calls that come within `delay()` milliseconds of the first become one, at their end; none waits where it is 0. */
export function coalesced(work: () => void, delay: () => number): () => void {
  let timer: NodeJS.Timeout | undefined;
  return () => {
    if (timer !== undefined) return;
    const wait = delay();
    if (wait === 0) {
      work();
      return;
    }
    timer = setTimeout(() => {
      timer = undefined;
      work();
    }, wait);
  };
}
