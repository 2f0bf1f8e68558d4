/** Sums, differences and intersections of what sets hold. Where it cannot be told, more stays: what leaves a set is removed one day. */
import { type Atom, atomText } from './atom.ts';
import { wildcardMatches } from './atom-match.ts';

/** Whether taking out `exclusion` takes out `entry`: the same text, or a bare package (pattern, slot) that it belongs to. */
export function covers(exclusion: Atom, entry: Atom): boolean {
  if (atomText(exclusion) === atomText(entry)) return true;
  if (
    exclusion.version ||
    exclusion.versionGlob !== undefined ||
    exclusion.use ||
    exclusion.repo !== undefined
  )
    return false;
  const named = exclusion.extended ? wildcardMatches(exclusion.cp, entry.cp) : exclusion.cp === entry.cp;
  if (!named) return false;
  if (exclusion.slot === undefined) return true;
  return (
    exclusion.slot === entry.slot && (exclusion.subslot === undefined || exclusion.subslot === entry.subslot)
  );
}

interface Member {
  readonly text: string;
  readonly atom: Atom;
}

/** Each text once, the first of them. */
export function union<T extends Member>(...lists: readonly (readonly T[])[]): T[] {
  const found = new Map<string, T>();
  for (const member of lists.flat()) if (!found.has(member.text)) found.set(member.text, member);
  return [...found.values()];
}

export function difference<T extends Member>(members: readonly T[], out: readonly Member[]): T[] {
  return members.filter(({ atom }) => !out.some(one => covers(one.atom, atom)));
}

/** What both hold; of two that name one package more or less closely, the closer one. */
export function intersection<T extends Member>(members: readonly T[], others: readonly T[]): T[] {
  const inBoth = (one: readonly T[], two: readonly T[]) =>
    one.filter(({ atom }) => two.some(other => covers(other.atom, atom)));
  return union(inBoth(members, others), inBoth(others, members));
}
