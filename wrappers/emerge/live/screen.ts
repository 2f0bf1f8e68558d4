/** The terminal under a running emerge: owns the region, never reads, writes one piece per frame. */
import { constants, openSync, writeSync } from 'node:fs';
import { errnoOf } from '../../../system/files.ts';
import { debug } from '../../../system/log.ts';
import { inForeground } from '../../../system/process-table.ts';
import type { Borrower } from './borrower.ts';
import { abandonRegion, closeRegion, paintRegion, type Region } from './region.ts';

export interface Screen {
  /** Columns that a line may fill, and rows of the region; undefined where none may be now. */
  space(): { columns: number; rows: number } | undefined;
  /** Draws into the space just told, making the region when there is none. Nothing is written when nothing changed. */
  draw(lines: readonly string[]): void;
  /** Gives the rows back. */
  hide(): void;
  readonly shown: boolean;
}

export interface TerminalScreen extends Screen {
  /** False where there was no region. */
  hide(): boolean;
  /** The terminal changed its size: there is no region until it has kept that for a while. */
  resized(): void;
}

export const leastRows = 18;
export const leastColumns = 50;
/** Milliseconds. While a window is dragged its size changes all the time, and some tell only each quarter of a second. */
export const settling = 350;

/** `wanted` rows, or a third of the screen between 6 and 10. */
function regionHeight(rows: number, wanted: number | undefined): number {
  return Math.min(wanted ?? Math.min(10, Math.max(6, Math.floor(rows * 0.3))), Math.floor(rows / 2));
}

/**
 * Standard output, but blocking: half a frame would leave the cursor anywhere, and a sequence cut in two. Node has made
 * its own description of the terminal nonblocking.
 */
function blockingOutput(): number {
  try {
    return openSync('/proc/self/fd/1', constants.O_WRONLY | constants.O_NOCTTY);
  } catch {
    // a terminal of another user
    return 1;
  }
}

/** Draws on standard output. */
export function openScreen(
  wantedRows: number | undefined,
  borrower?: Pick<Borrower, 'free' | 'stands'>,
): TerminalScreen {
  const descriptor = blockingOutput();
  let region: Region | undefined;
  let told: Region | undefined;
  let settled = 0;
  let everShown = false;
  let last = '';

  function write(text: string): boolean {
    try {
      writeSync(descriptor, text);
      return true;
    } catch (error) {
      // a full terminal buffer drops a frame, a terminal that is gone drops all of them
      debug('screen', `write: ${errnoOf(error)}`);
      return false;
    }
  }

  function measure(): Region | undefined {
    const { columns = 0, rows = 0 } = process.stdout;
    if (rows < leastRows || columns < leastColumns) return undefined;
    return { rows, columns, height: regionHeight(rows, wantedRows) };
  }

  /** The kernel tells only what is in the foreground of a new size, and never at once. */
  function refresh(): void {
    process.emit('SIGWINCH', 'SIGWINCH');
  }

  function gone(): void {
    if (region !== undefined) borrower?.stands(false);
    region = undefined;
    last = '';
  }

  function hide(): boolean {
    if (region === undefined) return false;
    // a size that changed just now ends in resized()
    refresh();
    if (region !== undefined) write(closeRegion(region));
    gone();
    return true;
  }

  return {
    get shown() {
      return everShown;
    },
    space() {
      told = undefined;
      if (!inForeground() || borrower?.free === false) {
        // whoever has the terminal now gets it whole
        hide();
        return undefined;
      }
      refresh();
      if (performance.now() < settled) return undefined;
      told = region ?? measure();
      // the last column stays free, so that no terminal wraps
      return told && { columns: told.columns - 1, rows: told.height };
    },
    draw(lines) {
      // the size may have changed since it was told
      refresh();
      if (told === undefined) return;
      const frame = paintRegion(told, lines);
      if (frame === last || !write(frame)) return;
      last = frame;
      if (region !== undefined) return;
      region = told;
      everShown = true;
      borrower?.stands(true);
      debug('screen', `region of ${region.height} rows, terminal ${region.columns}x${region.rows}`);
    },
    hide,
    resized() {
      if (region !== undefined) write(abandonRegion());
      gone();
      told = undefined;
      settled = performance.now() + settling;
    },
  };
}
