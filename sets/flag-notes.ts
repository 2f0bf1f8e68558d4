/** Conditions of sets on flags that nothing knows: a typo there is a condition that is never met, without a word. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describedFlags } from '../portage/files/use-desc.ts';
import { evaluateSet } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { nearest } from '../system/nearest.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { portageSets } from '../system/portage-sets.ts';
import { type Catalogue, findSet } from './catalogue.ts';
import type { SetComplaint } from './check.ts';
import { setLookup } from './lookup.ts';
import { entriesIn } from './users-sets.ts';

interface Condition {
  readonly set: string;
  readonly path: string;
  readonly line: number;
  readonly flag: string;
}

/** A note for each condition, in these sets and those that they name, whose flag no profile, package or USE has. */
export async function flagNotes(
  located: Located,
  catalogue: Catalogue,
  names: readonly string[],
): Promise<SetComplaint[]> {
  const conditions = conditionsIn(catalogue, names);
  if (conditions.length === 0) return [];
  const described = new Set(catalogue.repositories.flatMap(({ location }) => flagsOf(location)));
  for (const word of (catalogue.variables.get('USE') ?? '').split(/\s+/))
    described.add(word.replace(/^-/, ''));
  const unknown = new Set(conditions.map(({ flag }) => flag).filter(flag => !described.has(flag)));
  for (const { location } of catalogue.repositories) strikeOut(location, unknown);
  if (unknown.size > 0) for (const flag of await flagsInForce(located)) unknown.delete(flag);
  return conditions.flatMap(({ flag, ...where }): SetComplaint[] => {
    if (!unknown.has(flag)) return [];
    const near = nearest(flag, [...described]);
    const what = `'${flag}' is a USE flag of no profile and no package${near === undefined ? '' : `; is '${near}' meant?`}`;
    const hint = `tumpline sets edit ${where.set}`;
    return [{ ...where, code: 'unknown-flag', what, hint, severity: 'note' }];
  });
}

function conditionsIn(catalogue: Catalogue, names: readonly string[]): Condition[] {
  const lookup = setLookup(catalogue);
  const context = { installed: () => true, use: () => true, everything: true };
  const closure = new Set(names.flatMap(name => [...evaluateSet(name, lookup, context).closure]));
  return [...closure].flatMap(name => {
    const found = lookup(name);
    if (found?.kind !== 'file' || findSet(catalogue, name)?.path === undefined) return [];
    return [...entriesIn(found.text.entries)].flatMap(entry =>
      entry.kind === 'conditional'
        ? { set: found.name, path: found.path, line: entry.line, flag: entry.flag }
        : [],
    );
  });
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Empty for what is not there or cannot be read: then there is nothing to learn from it. */
function textAt(path: string): string {
  try {
    return readOrdinaryText(path, 64 << 20) ?? '';
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return '';
  }
}

/** What profiles/ of a repository describes, architectures among it. */
function flagsOf(location: string): string[] {
  const profiles = join(location, 'profiles');
  const expanded = namesIn(join(profiles, 'desc')).filter(name => name.endsWith('.desc'));
  return [
    ...['use.desc', 'use.local.desc'].flatMap(name => describedFlags(textAt(join(profiles, name)))),
    ...expanded.flatMap(name => describedFlags(textAt(join(profiles, 'desc', name)), name.slice(0, -5))),
    ...textAt(join(profiles, 'arch.list')).split(/\s+/),
  ];
}

/** Takes out of `unknown` what stands in the metadata of a package, or, where there is none, anywhere in an ebuild. */
function strikeOut(location: string, unknown: Set<string>): void {
  const cache = join(location, 'metadata/md5-cache');
  const isCached = namesIn(cache).length > 0;
  const root = isCached ? cache : location;
  for (const category of namesIn(root)) {
    for (const name of namesIn(join(root, category))) {
      if (unknown.size === 0) return;
      if (isCached) {
        const iuse = /^IUSE=(.*)$/m.exec(textAt(join(root, category, name)))?.[1] ?? '';
        for (const word of iuse.split(' ')) unknown.delete(word.replace(/^[+-]/, ''));
      } else if (/^[\w+]/.test(name))
        for (const file of namesIn(join(root, category, name)).filter(one => one.endsWith('.ebuild')))
          for (const word of textAt(join(root, category, name, file)).split(/[^\w+@-]+/))
            unknown.delete(word.replace(/^[+-]/, ''));
    }
  }
}

/** All that USE holds; nothing where Portage does not answer, which others tell of. */
async function flagsInForce(located: Located): Promise<readonly string[]> {
  try {
    return (await portageSets(located, { sets: [], use: true })).use;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return [];
  }
}
