/** What `TZ=UTC0 stat -c '%n %i %s %y %z' -- FILES…` of GNU coreutils prints, without starting it. */
import { lstatSync } from 'node:fs';

const billion = 1_000_000_000n;

/** `2026-11-21 20:19:58.624123456 +0000` */
function dateText(nanoseconds: bigint): string {
  const fraction = ((nanoseconds % billion) + billion) % billion;
  const seconds = Number((nanoseconds - fraction) / billion);
  const [day, time] = new Date(seconds * 1000).toISOString().split('T') as [string, string];
  return `${day} ${time.slice(0, 8)}.${String(fraction).padStart(9, '0')} +0000`;
}

/** A line for each, links not followed; undefined where one is not there. */
export function statLines(files: readonly string[]): string | undefined {
  const lines: string[] = [];
  for (const file of files) {
    const found = lstatSync(file, { bigint: true, throwIfNoEntry: false });
    if (!found) return undefined;
    const { ino, size, mtimeNs, ctimeNs } = found;
    lines.push(`${file} ${ino} ${size} ${dateText(mtimeNs)} ${dateText(ctimeNs)}\n`);
  }
  return lines.join('');
}
