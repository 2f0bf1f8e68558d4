/** The user's list: etc/overlayman/packages, a file or a directory by Portage's own convention. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type ListProblem, parseOverlayList, type Selection } from '../../portage/files/overlay-list.ts';
import { configFiles } from '../../system/config-files.ts';
import { lstatIfPresent, statIfPresent } from '../../system/files.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { printable } from '../../system/printable.ts';

/** `overlayman` is etc/overlayman. In the order of files and lines; empty where there is none. Faults: failed. */
export function readSelections(overlayman: string): { selections: Selection[]; problems: ListProblem[] } {
  const path = join(overlayman, 'packages');
  const read = configFiles(path).map(file => parseOverlayList(readOrdinaryText(file) ?? '', file));
  return {
    selections: read.flatMap(({ selections }) => selections),
    problems: [...read.flatMap(({ problems }) => problems), ...unread(path, true)],
  };
}

/** What cannot be read though it may well be part of the list: what it had brought must not go for that. */
function unread(path: string, top = false): ListProblem[] {
  const found = statIfPresent(path);
  const hint = `ls -la ${printable(path)}`;
  if (found === undefined && lstatIfPresent(path) === undefined) return [];
  if (found === undefined) return [{ file: path, line: 0, what: 'the link leads nowhere', hint }];
  if (found.isFile() || found.isCharacterDevice()) return [];
  if (!found.isDirectory()) return [{ file: path, line: 0, what: 'is neither a file nor a directory', hint }];
  // a circle of links has an end for Portage, but a late one
  if (!top && lstatIfPresent(path)?.isSymbolicLink()) return [];
  return readdirSync(path)
    .filter(name => !name.startsWith('.') && !name.endsWith('~'))
    .sort()
    .flatMap(name => unread(join(path, name)));
}
