/** The whole list of an emerge that somebody begins to watch late: what it has merged already stands in its log. Pure. */
import type { LogEvent } from '../../../portage/files/emerge-log.ts';
import type { ResumeList } from '../../../portage/files/mtimedb.ts';

type Entry = ResumeList['mergelist'][number];

/** Keeps an event. Lines from before emerge told of its start may be an earlier one's, of the same second. */
export function remember(past: LogEvent[], event: LogEvent): void {
  if (event.type === 'started' && !past.some(({ type }) => type === 'started')) past.length = 0;
  past.push(event);
}

/** The last package that was begun, as the log tells it. */
export function lastBegun(events: readonly LogEvent[]) {
  return events.flatMap(event => (event.type === 'package-started' ? [event] : [])).at(-1);
}

/**
 * What is merged already, in the order in which it was begun, before what is left in mtimedb. Undefined where the log
 * since emerge began and the list contradict each other: they must count alike, and what was begun and is not merged
 * must be listed.
 */
export function wholeList(left: ResumeList, events: readonly LogEvent[]): ResumeList | undefined {
  const total = lastBegun(events)?.total;
  if (total === undefined) return left;
  const keyOf = ({ cpv, root }: Pick<Entry, 'cpv' | 'root'>) => `${root} ${cpv}`;
  const begun = new Map<string, Entry>();
  const merged = new Set<string>();
  const binaries = new Set<string>();
  for (const event of events) {
    if (!('total' in event) || event.total !== total) continue;
    if (event.type === 'step') {
      if (event.step === 'merging-binary') binaries.add(event.cpv);
      continue;
    }
    const { cpv, root } = event;
    begun.set(keyOf(event), { type: 'ebuild', cpv, root });
    if (event.type === 'package-completed') merged.add(keyOf(event));
  }
  const listed = new Set(left.mergelist.map(keyOf));
  const done = [...begun].filter(([key]) => merged.has(key) && !listed.has(key)).map(([, entry]) => entry);
  if ([...begun.keys()].some(key => !merged.has(key) && !listed.has(key))) return undefined;
  if (done.length + left.mergelist.length !== total) return undefined;
  const typed = done.map((entry): Entry => (binaries.has(entry.cpv) ? { ...entry, type: 'binary' } : entry));
  return { ...left, mergelist: [...typed, ...left.mergelist] };
}
