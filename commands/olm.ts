/** What the commands of olm begin with. */
import { join } from 'node:path';
import type { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { withLock } from '../system/lock.ts';
import type { Places } from '../system/places.ts';
import type { OlmProblem } from '../wrappers/olm/outcome.ts';
import type { OverlaysDesk } from '../wrappers/olm/overlays.ts';
import type { Invocation } from './command.ts';
import { locateFor } from './roots.ts';

export interface ListDesk {
  readonly located: Located;
  readonly places: Places;
  readonly overlays: OverlaysDesk;
}

export function listDesk(invocation: Invocation, offline = false): ListDesk {
  const { located, places } = locateFor(invocation);
  return {
    located,
    places,
    overlays: { overlayman: places.overlayman, cache: places.cache('olm'), offline },
  };
}

/** One editor of the list at a time. */
export async function withList<T>(places: Places, purpose: string, work: () => Promise<T>): Promise<T> {
  return withLock(join(places.run, 'olm-list.lock'), { purpose, wait: 5000 }, work);
}

/** The faults of several overlays as problems, one that many have in common once. */
export function problemsOf(faults: ReadonlyMap<string, Fault>): OlmProblem[] {
  return [...new Set(faults.values())].map(({ message, hint }) => ({
    what: message,
    ...(hint === undefined ? {} : { hint }),
  }));
}
