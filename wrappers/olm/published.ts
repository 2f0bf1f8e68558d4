/** What is published of an overlay: STATE/NAME/current -> generation-N, and generation-N.json beside it that tells why. */
import { readlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { Closure, ClosurePackage } from '../../portage/closure.ts';
import { lstatIfPresent, namesIn, readTextIfPresent } from '../../system/files.ts';

export const publishedSchema = 'tumpline.olm.state/1';

export interface PublishedState {
  readonly schema: typeof publishedSchema;
  readonly overlay: string;
  readonly uri: string;
  readonly revision: string;
  /** Committer date, seconds. */
  readonly time?: number;
  /** Seconds since the epoch. */
  readonly published: number;
  /** SHA-256 over the paths and contents of all files, and which of them may be run. */
  readonly digest: string;
  readonly masters?: readonly string[];
  readonly selections: readonly { readonly text: string; readonly file: string; readonly line: number }[];
  readonly packages: readonly ClosurePackage[];
  readonly eclasses: Closure['eclasses'];
  readonly licenses: Closure['licenses'];
  readonly missing: Closure['missing'];
}

const generationName = /^generation-([1-9]\d{0,14})$/;

/** The N of `generation-N`. */
export function generationNumber(name: string): number | undefined {
  const found = generationName.exec(name);
  return found ? Number(found[1]) : undefined;
}

/** `generation-N` that `current` names; undefined where nothing is published. */
export function currentGeneration(base: string): string | undefined {
  const link = join(base, 'current');
  if (!lstatIfPresent(link)?.isSymbolicLink()) return undefined;
  const target = readlinkSync(link);
  return generationName.test(target) && lstatIfPresent(join(base, target))?.isDirectory()
    ? target
    : undefined;
}

/** Of one generation; undefined where the file is missing or is not ours. */
export function readState(base: string, generation: string): PublishedState | undefined {
  const text = readTextIfPresent(join(base, `${generation}.json`));
  try {
    const value = JSON.parse(text ?? 'null') as PublishedState | null;
    const lists = [value?.selections, value?.packages, value?.eclasses, value?.licenses, value?.missing];
    const texts = [value?.overlay, value?.uri, value?.revision, value?.digest];
    const isWhole = lists.every(Array.isArray) && texts.every(one => typeof one === 'string');
    return value?.schema === publishedSchema && isWhole ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Of the generation that Portage sees. `state` is `places.state('olm')`. */
export function readPublished(state: string, name: string): PublishedState | undefined {
  const base = join(state, name);
  const generation = currentGeneration(base);
  return generation === undefined ? undefined : readState(base, generation);
}

/** Names of all overlays that are published, sorted. */
export function publishedOverlays(state: string): string[] {
  return namesIn(state)
    .filter(name => currentGeneration(join(state, name)) !== undefined)
    .sort();
}
