/** What `emerge --depclean --pretend` prints: emerge(1) under --depclean; _emerge.unmerge. */
import { parseCpv } from '../cpv.ts';
import { splitLines } from './text.ts';

/** The cpvs that would go, in emerge's order; undefined where the text does not end as emerge ends it. */
export function parseDepclean(text: string): string[] | undefined {
  const lines = splitLines(text);
  const head = 'All selected packages: ';
  const last = lines.findLast(line => line.startsWith(head));
  if (last === undefined)
    return lines.some(line => /^>>> No packages selected for removal by \w+/.test(line)) ? [] : undefined;
  const words = last.slice(head.length).split(' ');
  const cpvs = words.map(word => word.replace(/^=/, ''));
  return cpvs.every(cpv => parseCpv(cpv) !== undefined) ? cpvs : undefined;
}
