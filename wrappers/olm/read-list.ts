/** The user's list by overlay, and whether it can be trusted to be all that the user wants. */
import { join } from 'node:path';
import type { Selection } from '../../portage/files/overlay-list.ts';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent } from '../../system/files.ts';
import { printable } from '../../system/printable.ts';
import type { OlmDesk } from './desk.ts';
import { readSelections } from './list.ts';
import type { OlmProblem } from './outcome.ts';
import { publishedOverlays } from './published.ts';

export interface ReadList {
  /** In the order of the list. */
  readonly byOverlay: ReadonlyMap<string, readonly Selection[]>;
  readonly problems: readonly OlmProblem[];
  /** Every line was understood: what is not listed is not wanted. */
  readonly sound: boolean;
}

export function readList(desk: OlmDesk): ReadList {
  const byOverlay = new Map<string, Selection[]>();
  const problems: OlmProblem[] = [];
  try {
    const read = readSelections(desk.overlayman);
    problems.push(...read.problems);
    for (const selection of read.selections) {
      const { repo } = selection.atom;
      if (repo === undefined) continue;
      byOverlay.set(repo, [...(byOverlay.get(repo) ?? []), selection]);
    }
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const { message, hint } = error;
    problems.push({ what: message, ...(hint === undefined ? {} : { hint }) });
  }
  const path = join(desk.overlayman, 'packages');
  // an emptied list takes everything away, one that is not there (not mounted, renamed) nothing
  if (lstatIfPresent(path) === undefined && publishedOverlays(desk.state).length > 0)
    problems.push({
      what: `${printable(path)}: there is no list any more; what is published stays`,
      hint: `touch ${printable(path)} && olm sync, to have it all removed`,
    });
  return { byOverlay, problems, sound: problems.length === 0 };
}
