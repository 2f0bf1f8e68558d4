/** What the user has chosen: EROOT/var/lib/portage/world and world_sets, portage(5). */
import { join } from 'node:path';
import { splitLines, words } from '../portage/files/text.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';

export interface Selected {
  /** Atoms as written. */
  readonly world: readonly string[];
  /** Names of sets, without their @. */
  readonly sets: readonly string[];
}

/** As portage.env.loaders.ItemFileLoader: the first word of each line that is no comment. */
function items(path: string): string[] {
  const lines = splitLines(readOrdinaryText(path) ?? '');
  return [...new Set(lines.flatMap(line => words(line)[0] ?? []).filter(word => !word.startsWith('#')))];
}

export function worldFile(located: Located): string {
  return join(located.eroot, 'var/lib/portage/world');
}

export function worldSetsFile(located: Located): string {
  return join(located.eroot, 'var/lib/portage/world_sets');
}

export function readSelected(located: Located): Selected {
  return {
    world: items(worldFile(located)).filter(word => !word.startsWith('@')),
    sets: items(worldSetsFile(located)).flatMap(word => (word.startsWith('@') ? [word.slice(1)] : [])),
  };
}
