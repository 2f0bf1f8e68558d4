/** Every set with what can be told of it at once. */
import type { SetEntry } from '../portage/files/set-file.ts';
import { type EvaluateContext, evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import type { Catalogue, SetSource } from './catalogue.ts';
import type { Installed } from './installed.ts';

export interface ListedSet {
  readonly source: SetSource;
  readonly selected: boolean;
  /** Entries of its own file; null for what is no file. */
  readonly entries: number | null;
  /** Packages that it holds with those of the sets that it names, and how many are there; null where only Portage knows. */
  readonly total: number | null;
  readonly installed: number | null;
  /** Something in it, or in a set that it names, is wrong. */
  readonly broken: boolean;
}

/** By origin (the user's, repositories', sections', Portage's), then by name. */
export function listSets(
  catalogue: Catalogue,
  lookup: SetLookup,
  context: EvaluateContext,
  selected: readonly string[],
  installed: Installed,
): ListedSet[] {
  const order: SetSource['origin'][] = ['user', 'repository', 'section', 'portage'];
  const chosen = new Set(selected);
  return [...catalogue.sets.values()]
    .sort((a, b) => order.indexOf(a.origin) - order.indexOf(b.origin) || (a.name < b.name ? -1 : 1))
    .map(source => {
      const found = lookup(source.name);
      const { entries, nested, problems } = evaluateSet(source.name, lookup, context);
      const known = nested.length === 0;
      return {
        source,
        selected: chosen.has(source.name),
        entries: found?.kind === 'file' ? countEntries(found.text.entries) : null,
        total: known ? entries.length : null,
        installed: known ? entries.filter(({ atom }) => installed.match(atom).length > 0).length : null,
        broken: problems.some(({ severity }) => severity === 'broken'),
      };
    });
}

function countEntries(entries: readonly SetEntry[]): number {
  return entries.reduce(
    (count, entry) => count + (entry.kind === 'conditional' ? countEntries(entry.entries) : 1),
    0,
  );
}
