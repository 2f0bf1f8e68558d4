/** Which running emerge is meant, and in which roots it merges. */
import { readFileSync, readlinkSync, statSync } from 'node:fs';
import { parseEmergeArguments } from '../../../portage/emerge-arguments.ts';
import { chosenRoots, withChosenRoots } from '../../../system/chosen-roots.ts';
import type { Settings } from '../../../system/configuration-keys.ts';
import { Fault } from '../../../system/fault.ts';
import type { Located, LocateOptions } from '../../../system/locate.ts';
import type { Places } from '../../../system/places.ts';
import { isAlive } from '../../../system/process-table.ts';
import { emergeWords, mergingEmerges } from '../live/rivals.ts';
import { commandText } from './line.ts';

export interface WatchOptions {
  readonly pid: number;
  readonly located: Located;
  readonly places: Places;
  readonly settings: Settings['graph'];
  /** In which emerge's configuration is read. */
  readonly environment: NodeJS.ProcessEnv;
}

/** Whether it sees another file system than we do, as in a chroot; not known of what may not be looked at. */
function isElsewhere(pid: number): boolean {
  try {
    return readlinkSync(`/proc/${pid}/root`) !== readlinkSync('/proc/self/root');
  } catch {
    return false;
  }
}

/**
 * The process that was named, else the only one that merges below EPREFIX. Faults: `usage` for no such process or
 * several, `missing` for none.
 */
export function watchedPid(named: string | undefined, eprefix: () => string): number {
  if (named !== undefined) {
    const pid = /^\d+$/.test(named) ? Number(named) : Number.NaN;
    if (pid > 0 && isAlive(pid) && emergeWords(pid) !== undefined) return pid;
    throw new Fault('usage', 'graph --watch: --pid of a running emerge is needed', {
      hint: 'pgrep -x emerge',
    });
  }
  const [first, ...others] = mergingEmerges(eprefix()).filter(pid => !isElsewhere(pid));
  if (first === undefined)
    throw new Fault('missing', 'graph --watch: no emerge is running that merges', {
      hint: 'tumpline graph --last',
    });
  if (others.length === 0) return first;
  const each = [first, ...others].map(pid => `${pid} (emerge ${commandText(emergeWords(pid) ?? [])})`);
  throw new Fault('usage', `graph --watch: several emerges are running: ${each.join(', ')}`, {
    hint: `tumpline graph --watch --pid ${first}`,
  });
}

export interface WatchedRoots {
  /** In which emerge's configuration is found. */
  readonly environment: NodeJS.ProcessEnv;
  /** What its arguments name. */
  readonly roots: LocateOptions;
}

/**
 * A process of another user does not choose what is read, and by Portage's helper sourced, in our name; but root's
 * words are taken.
 */
export function watchedRoots(pid: number, own: NodeJS.ProcessEnv): WatchedRoots {
  const user = process.getuid?.();
  let owner: number | undefined;
  try {
    owner = statSync(`/proc/${pid}`).uid;
  } catch {
    // it has just ended
  }
  if (owner !== user && owner !== 0) return { environment: own, roots: {} };
  const { options } = parseEmergeArguments(emergeWords(pid) ?? []);
  const found = owner === user ? environmentOf(pid) : undefined;
  const { PATH, TUMPLINE_EMERGE } = own;
  const ours = { ...(PATH ? { PATH } : {}), ...(TUMPLINE_EMERGE ? { TUMPLINE_EMERGE } : {}) };
  const environment = withChosenRoots(found === undefined ? own : { ...found, ...ours }, options);
  return { environment, roots: chosenRoots(options) };
}

function environmentOf(pid: number): NodeJS.ProcessEnv | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    const pairs = entries.map(entry => {
      const cut = entry.indexOf('=');
      return [entry.slice(0, cut), entry.slice(cut + 1)] as const;
    });
    return entries.length === 0 ? undefined : Object.fromEntries(pairs);
  } catch {
    return undefined;
  }
}
