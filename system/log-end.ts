/** The end of a log that may be very long, read in pieces. */
import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

/** A line more than this long is none of a log's. */
const piece = 1 << 17;

/** Whole lines of the last `bytes` of a file, some of them at a time; nothing where it cannot be read. */
export function* logEnd(path: string, bytes: number): Generator<readonly string[]> {
  let file: number;
  try {
    // opening a fifo would wait for a writer
    if (!statSync(path).isFile()) return;
    file = openSync(path, 'r');
  } catch {
    return;
  }
  try {
    const { size } = fstatSync(file);
    const buffer = Buffer.alloc(piece);
    let offset = Math.max(0, size - bytes);
    // the first is most likely half a line
    let cut = offset > 0;
    let rest = '';
    while (offset < size) {
      const got = readSync(file, buffer, 0, Math.min(piece, size - offset), offset);
      if (got === 0) return;
      offset += got;
      // a byte a character: what counts in these lines is ASCII, and a piece may end within any other
      const lines = (rest + buffer.toString('latin1', 0, got)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > piece) rest = '';
      if (cut) lines.shift();
      cut = false;
      yield lines;
    }
  } catch {
    // a file that vanishes has told what it has told
  } finally {
    closeSync(file);
  }
}
