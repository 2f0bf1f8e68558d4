/** What a sync has changed in the selected sets, one line for each. */
import { type Atom, atomText } from '../portage/atom.ts';
import {
  type EvaluateContext,
  type EvaluatedSet,
  evaluateSet,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { printable } from '../system/printable.ts';

/** A selected set that is not as it was. */
export interface SetChange {
  readonly name: string;
  /** Packages, with their slot where an entry names it. */
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Those that are still in it, in other versions. */
  readonly changed: readonly string[];
  /** Entries that were in it and are no longer. */
  readonly dropped: readonly Atom[];
  /** Entries that are in it. */
  readonly kept: readonly Atom[];
  /** What is wrong with it and was not before: the place and what. */
  readonly broken: readonly string[];
  readonly gone: boolean;
}

/** Every line counts, whatever is installed or switched on. */
const throughout: EvaluateContext = { installed: () => true, use: () => true, everything: true };

/** `names` without @; those that are as they were are left out, and those that were not there before. */
export function setChanges(names: readonly string[], before: SetLookup, after: SetLookup): SetChange[] {
  return names.flatMap(name => {
    if (before(name) === undefined) return [];
    const old = evaluateSet(name, before, throughout);
    const now = evaluateSet(name, after, throughout);
    const change = compared(name, old, now, after(name) === undefined);
    const { added, removed, changed, broken, gone } = change;
    return gone || added.length + removed.length + changed.length + broken.length > 0 ? [change] : [];
  });
}

function byPackage({ entries }: EvaluatedSet): Map<string, Set<string>> {
  const packages = new Map<string, Set<string>>();
  for (const { atom } of entries) {
    const key = atom.slot === undefined ? atom.cp : `${atom.cp}:${atom.slot}`;
    packages.set(key, (packages.get(key) ?? new Set()).add(atomText(atom)));
  }
  return packages;
}

function compared(name: string, old: EvaluatedSet, now: EvaluatedSet, gone: boolean): SetChange {
  const [before, after] = [byPackage(old), byPackage(now)];
  const texts = new Set(now.entries.map(({ atom }) => atomText(atom)));
  // by the set's name: a repository may have moved on to another directory
  const known = new Set(old.problems.map(({ set, what }) => `${set}\0${what}`));
  return {
    name,
    added: [...after.keys()].filter(key => !before.has(key)),
    removed: [...before.keys()].filter(key => !after.has(key)),
    changed: [...after].flatMap(([key, atoms]) => {
      const was = before.get(key);
      return was !== undefined && (was.size !== atoms.size || [...was].some(one => !atoms.has(one)))
        ? [key]
        : [];
    }),
    dropped: old.entries.flatMap(({ atom }) => (texts.has(atomText(atom)) ? [] : [atom])),
    kept: now.entries.map(({ atom }) => atom),
    broken: now.problems
      .filter(({ severity, set, what }) => severity === 'broken' && !known.has(`${set}\0${what}`))
      .map(({ path, line, what }) => (path === undefined ? what : `${path} line ${line}: ${what}`)),
    gone,
  };
}

/** How many packages a line names. */
const named = 10;

/**
 * `going`: cpvs that depclean would remove because of this; undefined where it could not be asked. `paint` colours the
 * set's name.
 */
export function changeLine(
  change: SetChange,
  going: readonly string[] | undefined,
  paint: (name: string) => string = name => name,
): string {
  const { name, added, removed, changed, broken, gone } = change;
  const parts: string[] = [];
  if (gone) parts.push(`no longer in any repository; to let go of it: emerge --deselect @${name}`);
  else {
    const counts = [
      added.length > 0 ? `+${added.length}` : '',
      removed.length > 0 ? `-${removed.length}` : '',
    ];
    const numbers = counts.filter(text => text !== '').join(' ');
    const versions = changed.length === 0 ? '' : `${changed.length} with other versions`;
    const all = [numbers, versions].filter(text => text !== '').join(', ');
    if (all !== '') parts.push(all);
    const [first] = broken;
    if (first !== undefined) parts.push(`broken: ${first}`);
    if (going === undefined) parts.push('what depclean would now remove: emerge --pretend --depclean');
    else if (going.length > 0) parts.push(`depclean would now remove: ${listed(going)}`);
  }
  return `${paint(printable(name))}: ${printable(parts.join('; '))}`;
}

function listed(cpvs: readonly string[]): string {
  const more = cpvs.length - named;
  return more > 0 ? `${cpvs.slice(0, named).join(', ')} and ${more} more` : cpvs.join(', ');
}
