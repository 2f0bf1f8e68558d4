/** The stamp of a system where Portage reads the set files themselves: written when a look at them found nothing. */
import { evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import type { Located } from '../system/locate.ts';
import { couldWrite } from '../system/places.ts';
import { type Catalogue, findSet, setsState } from './catalogue.ts';
import { writePaths } from './paths.ts';
import { stampFiles, takeStamp, writeStamp } from './stamp.ts';

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

/** Which file gave which atom, for the debug log. */
export function* origins(names: Iterable<string>, lookup: SetLookup): Generator<string> {
  const context = { installed: () => true, use: () => true, everything: true };
  for (const name of names) {
    for (const { text, from } of evaluateSet(name, lookup, context).entries)
      yield `@${name}: ${text}: ${from.path ?? `@${from.set}`} line ${from.line}`;
  }
}
