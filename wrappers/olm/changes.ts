/** Which packages differ between the generation that is published and what is to take its place. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writtenRecord } from '../../repo-template/writer.ts';
import { readTextIfPresent } from '../../system/files.ts';

export interface Changes {
  /** category/package, sorted. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
  /** Whether any file at all differs. */
  readonly any: boolean;
}

/** Path -> SHA-256 of the generation in `directory`; empty where there is none. */
export function recordedSums(directory: string): Map<string, string> {
  const text = readTextIfPresent(join(directory, writtenRecord)) ?? '';
  return new Map(
    text.split('\n').flatMap((line): [string, string][] => {
      const found = /^([0-9a-f]{64}) {2}(\S.*)$/.exec(line);
      return found ? [[found[2] ?? '', found[1] ?? '']] : [];
    }),
  );
}

export function changesBetween(
  before: ReadonlyMap<string, string>,
  files: ReadonlyMap<string, Uint8Array>,
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
    if (before.get(path) === createHash('sha256').update(content).digest('hex')) continue;
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
