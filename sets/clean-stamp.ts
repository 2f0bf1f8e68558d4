/** The stamp of a look at the selected sets that found nothing. Where Portage reads the set files themselves it is written here. */
import type { Located } from '../system/locate.ts';
import { couldWrite } from '../system/places.ts';
import { type Catalogue, findSet, setsState } from './catalogue.ts';
import { writePaths } from './paths.ts';
import { stampedFiles, stampFiles, takeStamp, writeStamp } from './stamp.ts';

/** What stat says before the look; undefined where no stamp can stand for it. */
export function stampBefore(
  located: Located,
  catalogue: Catalogue,
  closure: ReadonlySet<string>,
): string | undefined {
  if (closure.size === 0 || !couldWrite(setsState(located))) return undefined;
  const sources = [...closure].map(name => findSet(catalogue, name));
  // what a command prints can change without any file
  if (sources.some(source => source === undefined || source.kind === 'command' || source.kind === 'other'))
    return undefined;
  const paths = sources.flatMap(source => source?.path ?? []);
  return takeStamp(stampFiles(located, catalogue, paths));
}

/** `isClean`: nothing is wrong with any selected set. */
export function stampAfter(located: Located, catalogue: Catalogue, lines: string, isClean: boolean): void {
  writePaths(located, catalogue);
  writeStamp(located, isClean ? lines : undefined);
}

/** Whether the last look, which found nothing wrong, still stands for all selected sets as this call finds them. */
export function stampStands(located: Located, catalogue: Catalogue, environment: NodeJS.ProcessEnv): boolean {
  // no file shows this one's changes
  if (environment['PORTAGE_REPOSITORIES'] !== undefined) return false;
  const stamped = new Set(stampedFiles(located));
  // a call with another configuration has a stamp of another's
  return stamped.size > 0 && catalogue.files.every(path => stamped.has(path));
}
