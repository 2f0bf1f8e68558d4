/** The build log of one package as it grows, read only. */
import { accessSync, closeSync, constants as fileConstants, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { constants, gunzipSync } from 'node:zlib';
import { buildFolder, findBuildLog, type LogPlaces } from '../../../system/build-logs.ts';
import { errnoOf } from '../../../system/files.ts';
import type { LogLines } from './log-rows.ts';
import { type LogLine, logLine } from './log-text.ts';

export interface LogFile {
  /** Undefined as long as there is none. */
  readonly path: string | undefined;
  /** Why nothing can be read. */
  readonly trouble: string | undefined;
  readonly log: LogLines;
  /** Looks for what is new; true where something is. */
  read(): boolean;
}

/** Of a log that was there before, that much is read; lines beyond `mostLines` are forgotten. */
const atFirst = 1 << 20;
const mostLines = 20_000;
const largestPacked = 16 << 20;
const largestUnpacked = 256 << 20;

/** The log of what is built since then, else the one that was kept; a sentence where there is none to read. */
function findLog(places: LogPlaces, cpv: string, since: number): { path: string } | { trouble: string } {
  const path = findBuildLog(places, cpv, since);
  if (path !== undefined) return { path };
  const folder = join(buildFolder(places, cpv), 'temp');
  try {
    accessSync(folder, fileConstants.R_OK | fileConstants.X_OK);
  } catch (error) {
    if (errnoOf(error) === 'EACCES') return { trouble: `${folder} may not be read by this user` };
  }
  return { trouble: `no log in ${folder}${places.PORTAGE_LOGDIR ? ` or ${places.PORTAGE_LOGDIR}` : ''}` };
}

/** `since`: when emerge began, in epoch milliseconds. */
export function openLogFile(places: LogPlaces, cpv: string, since: number): LogFile {
  let path: string | undefined;
  let trouble: string | undefined;
  let inode = 0;
  let offset = 0;
  let size = -1;
  let looked = 0;
  let decoder = new StringDecoder('utf8');
  let first = 0;
  let lines: LogLine[] = [];
  /** The last line, as long as it has no end. */
  let open = '';

  function clear(): void {
    decoder = new StringDecoder('utf8');
    [first, lines, open] = [0, [], ''];
  }

  function append(text: string): void {
    if (open !== '') lines.pop();
    const parts = (open + text).split('\n');
    open = (parts.pop() ?? '').slice(-atFirst);
    for (const part of parts) lines.push(logLine(part));
    if (open !== '') lines.push(logLine(open));
    const surplus = lines.length - mostLines;
    if (surplus > 0) {
      lines = lines.slice(surplus);
      first += surplus;
    }
  }

  function readPlain(file: number): boolean {
    const found = fstatSync(file);
    if (found.ino !== inode || found.size < offset) {
      clear();
      inode = found.ino;
      offset = Math.max(0, found.size - atFirst);
    }
    if (found.size === offset) return false;
    const buffer = Buffer.alloc(Math.min(found.size - offset, atFirst));
    const got = readSync(file, buffer, 0, buffer.length, offset);
    offset += got;
    append(decoder.write(buffer.subarray(0, got)));
    return got > 0;
  }

  function readPacked(file: number): boolean {
    const found = fstatSync(file);
    if (found.size === size) return false;
    size = found.size;
    if (size > largestPacked) throw new Error('is too large to be unpacked again and again');
    const buffer = Buffer.alloc(size);
    const got = readSync(file, buffer, 0, size, 0);
    clear();
    // what is still being written has no end yet
    if (got > 0)
      append(
        gunzipSync(buffer.subarray(0, got), {
          finishFlush: constants.Z_SYNC_FLUSH,
          maxOutputLength: largestUnpacked,
        })
          .toString('utf8')
          .slice(-atFirst),
      );
    return true;
  }

  return {
    get path() {
      return path;
    },
    get trouble() {
      return trouble;
    },
    get log() {
      return { first, lines };
    },
    read() {
      const before = `${path} ${trouble}`;
      // a directory of logs may be large, and the file is another one only after a new attempt
      if (path === undefined || performance.now() - looked > 2000) {
        const found = findLog(places, cpv, since);
        looked = performance.now();
        // what was read stays to be read when its file goes
        if ('path' in found) path = found.path;
        trouble = path === undefined && 'trouble' in found ? found.trouble : undefined;
      }
      if (path === undefined) return before !== `${path} ${trouble}`;
      let file: number | undefined;
      try {
        file = openSync(path, 'r');
        const grown = path.endsWith('.gz') ? readPacked(file) : readPlain(file);
        return grown || before !== `${path} ${trouble}`;
      } catch (error) {
        if (lines.length === 0)
          trouble = `${path}: ${errnoOf(error) ?? (error instanceof Error ? error.message : String(error))}`;
        return before !== `${path} ${trouble}`;
      } finally {
        if (file !== undefined) closeSync(file);
      }
    },
  };
}
