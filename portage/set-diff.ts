/** What differs between the members of two sets, or of one set at two times. */
import type { Atom } from './atom.ts';

interface Entry {
  readonly text: string;
  readonly atom: Atom;
}

export interface SetDiff {
  /** Atoms as written, in the order of their file. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Packages that both name, in other versions, slots or with other flags. */
  readonly changed: readonly {
    readonly cp: string;
    readonly before: readonly string[];
    readonly after: readonly string[];
  }[];
}

export function diffSets(before: readonly Entry[], after: readonly Entry[]): SetDiff {
  const old = new Set(before.map(({ text }) => text));
  const fresh = new Set(after.map(({ text }) => text));
  const removed = before.filter(({ text }) => !fresh.has(text));
  const added = after.filter(({ text }) => !old.has(text));
  const [gone, come] = [byCp(removed), byCp(added)];
  const changed = [...gone.keys()].filter(cp => come.has(cp));
  const unchanged = ({ atom }: Entry) => !changed.includes(atom.cp);
  return {
    added: added.filter(unchanged).map(({ text }) => text),
    removed: removed.filter(unchanged).map(({ text }) => text),
    changed: changed.map(cp => ({ cp, before: gone.get(cp) ?? [], after: come.get(cp) ?? [] })),
  };
}

function byCp(entries: readonly Entry[]): Map<string, string[]> {
  const groups = new Map<string, string[]>();
  for (const { text, atom } of entries) groups.set(atom.cp, [...(groups.get(atom.cp) ?? []), text]);
  return groups;
}
