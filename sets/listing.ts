/** Every set with what can be told of it at once. */
import type { SetEntry } from '../portage/files/set-file.ts';
import { type EvaluateContext, evaluateSets, type SetLookup } from '../portage/set-evaluate.ts';
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
  const { values, problems } = evaluateSets(catalogue.sets.keys(), lookup, context);
  const broken = withThoseAbove(
    problems.filter(({ severity }) => severity === 'broken').map(({ set }) => set),
    catalogue,
    lookup,
  );
  return [...catalogue.sets.values()]
    .sort((a, b) => order.indexOf(a.origin) - order.indexOf(b.origin) || (a.name < b.name ? -1 : 1))
    .map(source => {
      const found = lookup(source.name);
      const { entries, nested } = values.get(source.name) ?? { entries: [], nested: [] };
      const known = nested.length === 0;
      return {
        source,
        selected: chosen.has(source.name),
        entries: found?.kind === 'file' ? countEntries(found.text.entries) : null,
        total: known ? entries.length : null,
        installed: known ? entries.filter(({ atom }) => installed.match(atom).length > 0).length : null,
        broken: broken.has(source.name),
      };
    });
}

function countEntries(entries: readonly SetEntry[]): number {
  return entries.reduce(
    (count, entry) => count + (entry.kind === 'conditional' ? countEntries(entry.entries) : 1),
    0,
  );
}

/** These sets and all that name them, through others too. */
function withThoseAbove(names: readonly string[], catalogue: Catalogue, lookup: SetLookup): Set<string> {
  const above = new Map<string, string[]>();
  for (const name of catalogue.sets.keys()) {
    const found = lookup(name);
    if (found?.kind !== 'file') continue;
    for (const below of namedIn(found.text.entries)) {
      const known = lookup(below)?.name ?? below;
      above.set(known, [...(above.get(known) ?? []), name]);
    }
  }
  const all = new Set(names);
  for (const name of all) for (const one of above.get(name) ?? []) all.add(one);
  return all;
}

function namedIn(entries: readonly SetEntry[]): string[] {
  return entries.flatMap(entry => {
    if (entry.kind === 'conditional') return namedIn(entry.entries);
    return entry.kind === 'set' || entry.kind === 'without-set' ? entry.name.split(/[-+/]@/) : [];
  });
}

/** Whether what is in these sets hangs on USE. */
export function hangsOnUse(names: Iterable<string>, lookup: SetLookup): boolean {
  return [...names].some(name => {
    const found = lookup(name);
    return found?.kind === 'file' && found.text.entries.some(({ kind }) => kind === 'conditional');
  });
}
