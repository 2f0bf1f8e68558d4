/** The terminal under a running emerge: owns the region, never reads, writes one piece per frame. */
import { writeSync } from 'node:fs';
import { errnoOf } from '../../../system/files.ts';
import { debug } from '../../../system/log.ts';
import { inForeground } from '../../../system/process-table.ts';
import { abandonRegion, closeRegion, openRegion, paintRegion, type Region } from './region.ts';

export interface Screen {
  /** Columns that a line may fill, and rows of the region; undefined in the background and without room for one. */
  space(): { columns: number; rows: number } | undefined;
  /** Draws into the space just told, making the region when there is none. Nothing is written when nothing changed. */
  draw(lines: readonly string[]): void;
  /** Gives the rows back. */
  hide(): void;
  /** The terminal changed its size. */
  resized(): void;
  readonly shown: boolean;
}

export const leastRows = 18;
export const leastColumns = 50;

/** `wanted` rows, or a third of the screen between 6 and 10. */
function regionHeight(rows: number, wanted: number | undefined): number {
  return Math.min(wanted ?? Math.min(10, Math.max(6, Math.floor(rows * 0.3))), Math.floor(rows / 2));
}

/** Draws on standard output. */
export function openScreen(wantedRows: number | undefined): Screen {
  const descriptor = 1;
  let region: Region | undefined;
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

  function hide(): void {
    if (region === undefined) return;
    // a size that changed just now ends in resized()
    refresh();
    if (region !== undefined) write(closeRegion(region));
    region = undefined;
    last = '';
  }

  return {
    get shown() {
      return everShown;
    },
    space() {
      if (!inForeground()) {
        // whoever has the terminal now gets it whole
        hide();
        return undefined;
      }
      refresh();
      const size = region ?? measure();
      // the last column stays free, so that no terminal wraps
      return size && { columns: size.columns - 1, rows: size.height };
    },
    draw(lines) {
      if (region === undefined) {
        region = measure();
        if (region === undefined || !write(openRegion(region))) return;
        debug('screen', `region of ${region.height} rows, terminal ${region.columns}x${region.rows}`);
        everShown = true;
        last = '';
      }
      const frame = paintRegion(region, lines);
      if (frame === last) return;
      if (write(frame)) last = frame;
    },
    hide,
    resized() {
      if (region !== undefined) write(abandonRegion());
      region = undefined;
      last = '';
    },
  };
}
