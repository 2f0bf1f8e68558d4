/** Which packages differ between the generation that is published and what is to take its place. */
import { join } from 'node:path';
import { contentMark, marksIn, writtenRecord } from '../../repo-template/writer.ts';
import { readTextIfPresent } from '../../system/files.ts';

export interface Changes {
  /** category/package, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Whether any file at all differs. */
  readonly any: boolean;
}

/** Path -> content mark, of the generation in `directory`; empty where there is none. */
export function recordedMarks(directory: string): Map<string, string> {
  return marksIn(readTextIfPresent(join(directory, writtenRecord)) ?? '');
}

export function changesBetween(
  before: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, Uint8Array>,
  executables: ReadonlySet<string>,
): Changes {
  const packages = { before: new Set<string>(), after: new Set<string>(), changed: new Set<string>() };
  let any = false;
  for (const path of before.keys()) {
    add(packages.before, path);
    if (files.has(path)) continue;
    any = true;
    add(packages.changed, path);
  }
  for (const [path, content] of files) {
    add(packages.after, path);
    if (before.get(path) === contentMark(content, executables.has(path))) continue;
    any = true;
    add(packages.changed, path);
  }
  const sorted = (names: Iterable<string>) => [...names].sort();
  return {
    any,
    added: sorted([...packages.after].filter(cp => !packages.before.has(cp))),
    removed: sorted([...packages.before].filter(cp => !packages.after.has(cp))),
    changed: sorted([...packages.changed].filter(cp => packages.before.has(cp) && packages.after.has(cp))),
  };
}

const rooms = new Set(['eclass', 'licenses', 'metadata', 'profiles', 'sets', 'sets.conf']);

function add(packages: Set<string>, path: string): void {
  const [category = '', name, file] = path.split('/');
  if (file !== undefined && name !== undefined && !rooms.has(category)) packages.add(`${category}/${name}`);
}
