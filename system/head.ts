/** The first bytes of a file, enough for a first line. */
import { closeSync, openSync, readSync } from 'node:fs';

/** At most `length` bytes as Latin-1, so that any content is text. Throws what open(2) and read(2) throw. */
export function readHead(path: string, length: number): string {
  const file = openSync(path, 'r');
  try {
    const buffer = Buffer.alloc(length);
    return buffer.toString('latin1', 0, readSync(file, buffer, 0, length, 0));
  } finally {
    closeSync(file);
  }
}
