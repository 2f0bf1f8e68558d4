/** The sets of the user's own directories, which the generated ones are made out of. */
import type { SetEntry } from '../portage/files/set-file.ts';
import { evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import type { Catalogue, SetSource } from './catalogue.ts';
import { setLookup } from './lookup.ts';

/** Those whose generated form Portage reads, of the first directory first. */
export function usersSets(catalogue: Catalogue): SetSource[] {
  const place = ({ path = '' }: SetSource) =>
    catalogue.directories.findIndex(directory => path.startsWith(`${directory.replace(/\/+$/, '')}/`));
  return [...catalogue.sets.values()]
    .filter(({ origin, file }) => origin === 'user' && file !== undefined)
    .sort((a, b) => place(a) - place(b));
}

/** Those in conditions among them. */
export function* entriesIn(entries: readonly SetEntry[]): Generator<SetEntry> {
  for (const entry of entries) {
    yield entry;
    if (entry.kind === 'conditional') yield* entriesIn(entry.entries);
  }
}

/** Every entry of theirs, those in conditions too. */
export function* usersEntries(catalogue: Catalogue): Generator<SetEntry> {
  const lookup = setLookup(catalogue);
  for (const { name } of usersSets(catalogue)) {
    const found = lookup(name);
    if (found?.kind === 'file') yield* entriesIn(found.text.entries);
  }
}

/** All that the selected sets are made of. */
export function standingSets(selected: readonly string[], lookup: SetLookup): Set<string> {
  const everything = { installed: () => true, use: () => true, everything: true };
  const closures = selected.map(name => evaluateSet(name, lookup, everything).closure);
  return new Set(['world', 'selected', ...selected, ...closures.flatMap(one => [...one])]);
}
