/** Where Portage keeps the log of a build, and its end: portage.package.ebuild.prepare_build_dirs of Portage 3.0.83. */
import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { constants, gunzipSync } from 'node:zlib';
import { statIfPresent } from './files.ts';
import { debug } from './log.ts';

/** PORTAGE_TMPDIR and PORTAGE_LOGDIR; the latter is empty where logs stay with the build. */
export interface LogPlaces {
  readonly PORTAGE_TMPDIR: string;
  readonly PORTAGE_LOGDIR: string;
}

/** The first real error stands at most so far before the end of all but the strangest logs. */
const tail = 1024 * 1024;
const mostUnpacked = 64 * 1024 * 1024;

export function buildFolder({ PORTAGE_TMPDIR }: LogPlaces, cpv: string): string {
  return join(PORTAGE_TMPDIR, 'portage', cpv);
}

/** Written since then, and not empty; `since` in epoch milliseconds. A file's time may be a little older than the clock. */
function isFresh(path: string, since: number): boolean {
  const found = statIfPresent(path);
  return found?.isFile() === true && found.size > 0 && found.mtimeMs >= since - 2000;
}

function written(path: string): number {
  return statIfPresent(path)?.mtimeMs ?? 0;
}

/** Whether a phase of this build has failed since then: die, or a phase that ended badly, leaves a mark. */
export function hasDied(places: LogPlaces, cpv: string, since: number): boolean {
  try {
    const mark = statIfPresent(join(buildFolder(places, cpv), '.die_hooks'));
    return mark !== undefined && mark.mtimeMs >= since - 2000;
  } catch {
    return false;
  }
}

/** The log that was written since then, or undefined. */
export function findBuildLog(places: LogPlaces, cpv: string, since: number): string | undefined {
  try {
    const beside = ['build.log', 'build.log.gz']
      .map(name => join(buildFolder(places, cpv), 'temp', name))
      .find(path => isFresh(path, since));
    // in the build directory it is mostly a link into PORTAGE_LOGDIR, which outlives the next attempt
    if (beside !== undefined) return realpathSync(beside);
    return places.PORTAGE_LOGDIR === '' ? undefined : loggedBuild(places.PORTAGE_LOGDIR, cpv, since);
  } catch (error) {
    debug('build log', `${cpv}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

/** CATEGORY:PF:TIME.log, or build/CATEGORY/PF:TIME.log with split-log; PORTAGE_LOG_FILE_SEP replaces the colon. */
function loggedBuild(logs: string, cpv: string, since: number): string | undefined {
  const [category = '', pf = ''] = cpv.split('/');
  const isOf = (name: string, begin: string) =>
    name.startsWith(begin) && /^.{0,8}\d{8}-\d{6}\.log(?:\.gz)?$/.test(name.slice(begin.length));
  const found = [
    ...namesIn(join(logs, 'build', category)).flatMap(name =>
      isOf(name, pf) ? join(logs, 'build', category, name) : [],
    ),
    ...namesIn(logs).flatMap(name => {
      const end = name.slice(category.length);
      const separator = /^(\W{1,8}|_{1,8}|)/.exec(end)?.[0] ?? '';
      return name.startsWith(category) && isOf(end.slice(separator.length), pf) ? join(logs, name) : [];
    }),
  ];
  return found.filter(path => isFresh(path, since)).sort((a, b) => written(b) - written(a))[0];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** The end of the log, unpacked where it is compressed; undefined where it cannot be read. Invalid UTF-8 becomes U+FFFD. */
export function readLogEnd(path: string): string | undefined {
  try {
    // opening a fifo would wait for a writer
    const found = statIfPresent(path);
    if (found?.isFile() !== true) return undefined;
    if (!path.endsWith('.gz')) return endOf(path);
    if (found.size > mostUnpacked) throw new Error(`${found.size} bytes, not unpacked`);
    const options = { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: mostUnpacked };
    return gunzipSync(readFileSync(path), options).subarray(-tail).toString('utf8');
  } catch (error) {
    debug('build log', `${path}: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

function endOf(path: string): string {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const length = Math.min(size, tail);
    const buffer = Buffer.alloc(length);
    return buffer.toString('utf8', 0, readSync(file, buffer, 0, length, size - length));
  } finally {
    closeSync(file);
  }
}
