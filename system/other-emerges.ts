/** Other emerge processes, which share mtimedb and emerge.log with ours. */
import { readdirSync, readFileSync } from 'node:fs';

function parentOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function descends(pid: number, ancestor: number): boolean {
  let at = pid;
  for (let depth = 0; at > 1 && depth < 64; depth += 1) {
    if (at === ancestor) return true;
    at = parentOf(at);
  }
  return false;
}

/** Pids of processes named emerge that are neither `child` nor below it. */
export function otherEmerges(child: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => {
      try {
        return readFileSync(`/proc/${pid}/comm`, 'latin1').trimEnd() === 'emerge' && !descends(pid, child);
      } catch {
        return false;
      }
    });
}
