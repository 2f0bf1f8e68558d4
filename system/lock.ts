/** Locks among our own processes. They say nothing to Portage, which has its own. */

import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Fault } from './fault.ts';
import { errnoOf, fileFault, mkdirs, readTextIfPresent, removeFile, writeAtomic } from './files.ts';
import { debug } from './log.ts';
import { printable } from './printable.ts';

export interface LockOptions {
  /** what the holder does, for the message of those who wait: `tumpline enable emerge` */
  purpose: string;
  /** milliseconds to wait for another holder; 0 unless given. One that died is always waited for. */
  wait?: number;
  /** milliseconds after which a silent holder counts as dead, at least 2000; 5000 unless given */
  stale?: number;
}

interface Holder {
  pid: number;
  purpose: string;
}

function holderOf(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readTextIfPresent(path) ?? '');
    if (typeof value !== 'object' || value === null) return undefined;
    const { pid, purpose } = value as Record<string, unknown>;
    return typeof pid === 'number' && typeof purpose === 'string' ? { pid, purpose } : undefined;
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) === 'EPERM';
  }
}

/**
 * Runs `work` while holding the lock `path` (a directory that comes and goes; the ones above are made). Faults:
 * `locked` with who holds it. A holder that was killed gives way after `stale` milliseconds.
 */
export async function withLock<T>(path: string, options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { default: lockfile } = await import('proper-lockfile');
  const stale = Math.max(options.stale ?? 5000, 2000);
  const holderFile = `${path}.holder`;
  mkdirs(dirname(path));
  const deadline = Date.now() + (options.wait ?? 0);
  const staleDeadline = Date.now() + stale + 2000;
  let release: () => Promise<void>;
  for (;;) {
    try {
      release = await lockfile.lock(path, {
        lockfilePath: path,
        realpath: false,
        stale,
        onCompromised: lost,
      });
      break;
    } catch (error) {
      if (errnoOf(error) !== 'ELOCKED') throw fileFault(error, path);
      const holder = holderOf(holderFile);
      const dead = holder !== undefined && !alive(holder.pid);
      if (Date.now() >= (dead ? Math.max(deadline, staleDeadline) : deadline))
        throw lockedFault(path, holder);
      debug(
        'lock',
        () => `${path}: held by ${holder?.pid ?? 'someone'}${dead ? ', who is dead' : ''}; waiting`,
      );
      await sleep(dead ? 200 : 100);
    }
  }
  try {
    const holder: Holder = { pid: process.pid, purpose: options.purpose };
    // beside a lock that sync-user and root share, a link may have been planted
    writeAtomic(holderFile, `${JSON.stringify(holder)}\n`, { overLink: true });
    return await work();
  } finally {
    removeFile(holderFile);
    await release().catch(() => undefined);
  }

  function lost(error: Error): void {
    debug('lock', `${path}: lost: ${error.message}`);
  }
}

function lockedFault(path: string, holder: Holder | undefined): Fault {
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid} (${printable(holder.purpose)})`;
  return new Fault('locked', `${printable(path)}: held by ${who}`, {
    hint: holder === undefined ? 'try again in a moment' : `ps -fp ${holder.pid}, then try again`,
  });
}
