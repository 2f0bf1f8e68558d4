/** Text from places where anything may stand: a fifo is not waited for, and nothing is read that is far too large. */
import { closeSync, constants, fstatSync, openSync, readFileSync } from 'node:fs';
import { Fault } from './fault.ts';
import { errnoOf, fileFault } from './files.ts';
import { printable } from './printable.ts';

const usualLimit = 4 << 20;

/** The file's text, or undefined where there is no such file. Fault: what is no regular file, or has more than `limit` bytes. */
export function readOrdinaryText(path: string, limit: number = usualLimit): string | undefined {
  let file: number | undefined;
  try {
    // a fifo would wait for a writer
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
    const found = fstatSync(file);
    if (found.isDirectory()) throw new Fault('failed', `${printable(path)}: is a directory`);
    // /dev/null is a way to say nothing
    if (!found.isFile() && found.size === 0 && found.isCharacterDevice()) return '';
    if (!found.isFile()) throw new Fault('failed', `${printable(path)}: is not a regular file`);
    if (found.size > limit) throw new Fault('failed', `${printable(path)}: ${found.size} bytes, too large`);
    return readFileSync(file, 'utf8');
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw fileFault(error, path);
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
