/** Where roots stand: in memory where the machine allows it, since a root is some hundred small files. */
import { accessSync, constants, mkdtempSync, readFileSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const memory = '/dev/shm';
const enough = 1 << 30;

function usable(): boolean {
  try {
    accessSync(memory, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = statfsSync(memory);
    const options = readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .map(line => line.split(' '))
      .find(([, place]) => place === memory)?.[3];
    return bavail * bsize > enough && options !== undefined && !options.split(',').includes('noexec');
  } catch {
    return false;
  }
}

/** A fresh empty folder; whoever asked removes it. TMPDIR, where set, decides the place. */
export function scratchFolder(): string {
  const place = process.env['TMPDIR'] || !usable() ? tmpdir() : memory;
  return mkdtempSync(join(place, 'testbed-'));
}
