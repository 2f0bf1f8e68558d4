/** The merge list in mtimedb, as far as it can be that of an emerge that began at a known time. */
import { readFileSync, statSync } from 'node:fs';
import { parseMtimedb, type ResumeList } from '../../../portage/files/mtimedb.ts';
import { errnoOf } from '../../../system/files.ts';
import { debug } from '../../../system/log.ts';
import { isAskedFor } from '../run-list.ts';

/** mtimedb of a very large world is some hundred KiB. */
const sizeLimit = 32 * 1024 * 1024;
/** Milliseconds by which the beginning of a process may be off. */
const slack = 50;

interface Found {
  readonly list: ResumeList | undefined;
  /** Epoch milliseconds; undefined where there is no such file. */
  readonly written: number | undefined;
}

function read(path: string): Found | undefined {
  try {
    const found = statSync(path);
    // opening a fifo would wait for a writer
    if (!found.isFile()) debug('mtimedb', 'not a regular file');
    else if (found.size > sizeLimit) debug('mtimedb', `${found.size} bytes, not read`);
    else {
      const { value, problems } = parseMtimedb(readFileSync(path, 'utf8'));
      for (const problem of problems) debug('mtimedb', problem);
      return { list: value.resume, written: found.mtimeMs };
    }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return { list: undefined, written: undefined };
    debug('mtimedb', String(error));
  }
  return undefined;
}

/** The list as it stands there now, or undefined with the reason in the log; `began` in epoch milliseconds. */
export function readMergeList(path: string, began: number, asked: readonly string[]): ResumeList | undefined {
  const found = read(path);
  if (found?.list === undefined || found.written === undefined) return undefined;
  if (found.written >= began - slack || isAskedFor(found.list, asked)) return found.list;
  debug('mtimedb', 'older than this run, and not what it was asked for');
  return undefined;
}

/** What stood there before an emerge that began at that time wrote anything; undefined where that cannot be told. */
export interface Before {
  readonly list: ResumeList | undefined;
}

export function listBefore(path: string, began: number): Before | undefined {
  const found = read(path);
  if (found === undefined || (found.written !== undefined && found.written >= began)) return undefined;
  return { list: found.list };
}

/**
 * Whether a merge began between the two. Portage writes mtimedb for other reasons as well, then with the list that
 * stood there, and while another merge goes on, whose list becomes shorter.
 */
export function isNewList(before: Before | undefined, now: ResumeList): boolean {
  if (before === undefined) return false;
  const entryOf = ({ type, root, cpv }: ResumeList['mergelist'][number]) => `${type} ${root} ${cpv}`;
  const known = new Set(before.list?.mergelist.map(entryOf));
  return now.mergelist.some(entry => !known.has(entryOf(entry)));
}
