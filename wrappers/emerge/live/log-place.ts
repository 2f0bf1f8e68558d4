/** Where in emerge.log the lines of a time begin. */
import { closeSync, openSync, readSync, statSync } from 'node:fs';

const chunk = 1 << 18;
/** One emerge writes some hundred KiB; farther back nothing is looked for. */
const farthest = 32 << 20;

/**
 * Offset of a line before which all lines are older than `began` (epoch milliseconds), searched from the end; the lines
 * behind it may begin with some older ones. Undefined where the file cannot be read.
 */
export function placeInLog(path: string, began: number): number | undefined {
  const earliest = Math.floor(began / 1000);
  let file: number | undefined;
  try {
    const found = statSync(path);
    // opening a fifo would wait for a writer
    if (!found.isFile()) return undefined;
    file = openSync(path, 'r');
    const buffer = Buffer.alloc(chunk);
    let from = found.size;
    const least = Math.max(0, from - farthest);
    while (from > least) {
      const start = Math.max(0, from - chunk);
      const text = buffer.toString('latin1', 0, readSync(file, buffer, 0, from - start, start));
      const line = /(?:^|\n)(\d{1,15}):/.exec(text);
      from = start;
      if (line !== null && Number(line[1]) < earliest) return start + line.index;
    }
    return from;
  } catch {
    return undefined;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
