/** What /proc says of processes: life, age, terminal. */
import { openSync, readFileSync, readSync } from 'node:fs';

function fieldsOf(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Fields of /proc/PID/stat after the name, from field 3 (state) on; undefined for a process that is gone. */
function statFields(pid: number): string[] | undefined {
  try {
    return fieldsOf(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return undefined;
  }
}

/** Whether the process runs or sleeps; a zombie is dead. */
export function isAlive(pid: number): boolean {
  const state = statFields(pid)?.[0];
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Clock ticks after boot at which the process began: with the pid, its identity. */
function startTicks(pid: number): number | undefined {
  const ticks = Number(statFields(pid)?.[19]);
  return Number.isFinite(ticks) ? ticks : undefined;
}

let bootTime: number | undefined;

/** Epoch milliseconds at which the process began, exact to some 10 ms. */
export function startTime(pid: number): number | undefined {
  const ticks = startTicks(pid);
  if (ticks === undefined) return undefined;
  if (bootTime === undefined) {
    const uptime = Number(readFileSync('/proc/uptime', 'latin1').split(' ')[0]);
    bootTime = Date.now() - uptime * 1000;
  }
  // USER_HZ is 100 on every architecture that Gentoo runs on
  return bootTime + ticks * 10;
}

const ownStat = { file: -1, buffer: Buffer.alloc(1024) };

/** Whether this process belongs to the group that its terminal listens to. Asked for each frame: the file stays open. */
export function inForeground(): boolean {
  const { buffer } = ownStat;
  try {
    if (ownStat.file < 0) ownStat.file = openSync('/proc/self/stat', 'r');
    const fields = fieldsOf(
      buffer.toString('latin1', 0, readSync(ownStat.file, buffer, 0, buffer.length, 0)),
    );
    return fields[2] === fields[5];
  } catch {
    return false;
  }
}

/** The command line, a word each; empty for a process that is gone. */
export function commandWords(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
  } catch {
    return [];
  }
}

/** The name in the process table, cut to 15 bytes by the kernel; undefined for a process that is gone. */
export function nameOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd();
  } catch {
    return undefined;
  }
}

/** 0 for a process that is gone. */
export function parentOf(pid: number): number {
  return Number(statFields(pid)?.[1] ?? 0);
}
