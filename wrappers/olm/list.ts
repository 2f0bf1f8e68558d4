/** The user's list: etc/overlayman/packages, a file or a directory by Portage's own convention. */
import { join } from 'node:path';
import { type ListProblem, parseOverlayList, type Selection } from '../../portage/files/overlay-list.ts';
import { configFiles } from '../../system/config-files.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';

/** `overlayman` is etc/overlayman. In the order of files and lines; empty where there is none. Faults: failed. */
export function readSelections(overlayman: string): { selections: Selection[]; problems: ListProblem[] } {
  const read = configFiles(join(overlayman, 'packages')).map(file =>
    parseOverlayList(readOrdinaryText(file) ?? '', file),
  );
  return {
    selections: read.flatMap(({ selections }) => selections),
    problems: read.flatMap(({ problems }) => problems),
  };
}
