/** What the commands of olm begin with. */
import { join } from 'node:path';
import type { ListProblem } from '../portage/files/overlay-list.ts';
import type { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { withLock } from '../system/lock.ts';
import { painter } from '../system/paint.ts';
import type { Places } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import type { OverlaysDesk } from '../wrappers/olm/overlays.ts';
import type { Invocation } from './command.ts';
import { warn } from './report.ts';
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

/** A problem with what may be typed next, on stderr. */
export function tell(problem: ListProblem | Fault): void {
  if (!('file' in problem)) warn(problem.message);
  else warn(`${printable(problem.file)}:${problem.line}: ${printable(problem.what)}`);
  if (problem.hint !== undefined)
    process.stderr.write(`${painter(process.stderr)('dim', 'try:')} ${printable(problem.hint)}\n`);
}
