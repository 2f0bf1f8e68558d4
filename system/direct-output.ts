/** Text to a descriptor at once. process.stdout and its like load Node's streams, which takes longer than a short run. */
import { writeSync } from 'node:fs';
import { errnoOf } from './files.ts';

/** A reader that is gone, or a full disk, is not told. */
export function writeDirectly(descriptor: 1 | 2, text: string): void {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      if (errnoOf(error) !== 'EAGAIN') return;
      // somebody made it one that does not wait
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}
