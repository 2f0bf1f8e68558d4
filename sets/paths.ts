/** var/lib/tumpline/sets/paths: the set directories, one a line, for the front, which looks there for a bare word. */
import { join } from 'node:path';
import { writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { couldWrite } from '../system/places.ts';
import { type Catalogue, setsState } from './catalogue.ts';

/** Says whether it could be done. */
export function writePaths(located: Located, catalogue: Catalogue): boolean {
  const directories = [
    ...catalogue.directories,
    ...catalogue.sections.flatMap(({ directory }) => directory?.replace(/(.)\/+$/, '$1') ?? []),
  ];
  const path = join(setsState(located), 'paths');
  const text = [...new Set(directories)]
    .filter(one => !one.includes('\n'))
    .map(one => `${one}\n`)
    .join('');
  if (readOrdinaryText(path) === text) return true;
  if (!couldWrite(setsState(located))) return false;
  writeAtomic(path, text, { mode: 0o644 });
  return true;
}
