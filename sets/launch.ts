/**
 * What the sh front starts: the bundle of front.ts, with what V8 made of it when it was built. That is taken only where
 * it was made out of this very text; V8 itself turns down what another Node has made, and then reads the text.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Script } from 'node:vm';

const filename = join(import.meta.dirname, 'sets-front.cjs');

/** Of this Node and this kind of machine: what V8 made, and behind it the text that it was made out of. */
function madeOf(text: Buffer): Buffer | undefined {
  try {
    const kept = readFileSync(filename.replace(/\.cjs$/, `-${process.version}-${process.arch}.v8`));
    const end = kept.length - text.length;
    return end > 0 && kept.subarray(end).equals(text) ? kept.subarray(0, end) : undefined;
  } catch {
    // only slower without
    return undefined;
  }
}

const text = readFileSync(filename);
const cachedData = madeOf(text);
const script = new Script(`(function (require, __filename, __dirname) {${text}\n})`, {
  filename,
  ...(cachedData === undefined ? {} : { cachedData }),
});
(script.runInThisContext() as (...given: unknown[]) => void)(require, filename, import.meta.dirname);
