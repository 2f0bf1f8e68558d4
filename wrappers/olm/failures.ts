/** What becomes of an overlay of which nothing can be made now: all that was published of it stays. */
import { Fault } from '../../system/fault.ts';
import { debug } from '../../system/log.ts';
import { printable } from '../../system/printable.ts';
import { daysAway, readChecked } from './checked.ts';
import type { OlmDesk } from './desk.ts';
import type { Fetched } from './fetched.ts';
import type { OlmProblem, OverlayOutcome } from './outcome.ts';
import { readPublished } from './published.ts';
import type { ReadList } from './read-list.ts';

/** Faults that another moment may cure. */
const passing: ReadonlySet<string> = new Set(['offline', 'locked']);

/** What an overlay does by itself, and a user cannot mend: warned of for some days, and only then an error. */
const silent: ReadonlySet<string> = new Set(['offline', 'missing']);

export function asFault(error: unknown, subject: string): Fault {
  if (error instanceof Fault) return error;
  const what = error instanceof Error ? error.message : String(error);
  debug('olm', () => (error instanceof Error ? (error.stack ?? what) : what));
  return new Fault('failed', `${printable(subject)}: internal error: ${printable(what)}`, {
    hint: 'the same command with TUMPLINE_DEBUG=FILE, which then holds the details',
    cause: error,
  });
}

/** An overlay that nobody knows is a mistake in the list, at the line that names it. */
export function faultOutcome(
  desk: OlmDesk,
  list: ReadList,
  name: string,
  fault: Fault,
  uri?: string,
): OverlayOutcome {
  const old = readPublished(desk.state, name);
  const [first] = list.byOverlay.get(name) ?? [];
  const place = first === undefined ? {} : { file: first.file, line: first.line };
  const away = fault.code === 'offline' && old !== undefined ? awayFrom(desk, name, fault, uri) : undefined;
  const problem = {
    ...(fault.code === 'missing' || fault.code === 'usage' ? place : {}),
    what: fault.message,
    ...(fault.hint === undefined ? {} : { hint: fault.hint }),
  };
  return {
    name,
    state: old === undefined ? 'failed' : 'kept',
    ...(old === undefined ? {} : { revision: old.revision }),
    packages: old?.packages.length ?? 0,
    eclasses: old?.eclasses.length ?? 0,
    added: [],
    removed: [],
    changed: [],
    notes: away?.notes ?? [],
    problems: away?.problems ?? [problem],
    passing: passing.has(fault.code),
  };
}

/** How an overlay is told of that does not answer at `uri`: a note while it is not too long ago, a problem then. */
export function awayFrom(
  desk: OlmDesk,
  name: string,
  fault: NonNullable<Fetched['away']>,
  uri?: string,
): { notes: string[]; problems: OlmProblem[] } {
  const checked = readChecked(desk.state, name);
  const elsewhere = uri !== undefined && checked?.uri !== uri;
  const days = elsewhere ? undefined : daysAway(checked, Date.now() / 1000);
  const since =
    days === undefined
      ? 'it has never answered'
      : `it last answered ${days < 1 ? 'today' : `${Math.floor(days)} day${days < 2 ? '' : 's'} ago`}`;
  const what = `${fault.message}; ${since}, and what it gave then stays`;
  if (silent.has(fault.code) && days !== undefined && days <= desk.settings.age)
    return { notes: [what], problems: [] };
  return { notes: [], problems: [{ what, hint: fault.hint ?? `olm sync ${printable(name)}` }] };
}
