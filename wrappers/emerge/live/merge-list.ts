/** The merge list in mtimedb, as far as it can be that of an emerge that began at a known time. */
import { readFileSync, statSync } from 'node:fs';
import { parseMtimedb, type ResumeList } from '../../../portage/files/mtimedb.ts';
import { debug } from '../../../system/log.ts';
import { isAskedFor } from '../run-list.ts';

/** mtimedb of a very large world is some hundred KiB. */
const sizeLimit = 32 * 1024 * 1024;
/** Milliseconds by which the beginning of a process may be off. */
const slack = 50;

/** The list as it stands there now, or undefined with the reason in the log; `began` in epoch milliseconds. */
export function readMergeList(path: string, began: number, asked: readonly string[]): ResumeList | undefined {
  try {
    const found = statSync(path);
    // opening a fifo would wait for a writer
    if (!found.isFile()) debug('mtimedb', 'not a regular file');
    else if (found.size > sizeLimit) debug('mtimedb', `${found.size} bytes, not read`);
    else {
      const { value, problems } = parseMtimedb(readFileSync(path, 'utf8'));
      for (const problem of problems) debug('mtimedb', problem);
      const fresh = found.mtimeMs >= began - slack;
      if (value.resume === undefined || fresh || isAskedFor(value.resume, asked)) return value.resume;
      debug('mtimedb', 'older than this run, and not what it was asked for');
    }
  } catch (error) {
    debug('mtimedb', String(error));
  }
  return undefined;
}
