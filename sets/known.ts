/** What a call's arguments ask about the sets and packages of this system, looked up when it is asked. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { parseCpv } from '../portage/cpv.ts';
import {
  type EvaluateContext,
  type EvaluatedSet,
  evaluateSet,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { printable } from '../system/printable.ts';
import { type Catalogue, findSet } from './catalogue.ts';
import type { KnownSets } from './rewrite.ts';

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function hasEbuild(directory: string): boolean {
  return namesIn(directory).some(name => name.endsWith('.ebuild'));
}

/** Whether a repository or the VDB has a package of this name, or category/name. */
function isPackage(catalogue: Catalogue, located: Located, name: string): boolean {
  if (!/^[\w+.-]+(\/[\w+-]+)?$/.test(name)) return false;
  const whole = name.includes('/');
  for (const { location } of catalogue.repositories) {
    const categories = whole ? [''] : namesIn(location);
    if (categories.some(category => hasEbuild(join(location, category, name)))) return true;
  }
  const vdb = join(located.eroot, 'var/db/pkg');
  const [first, second] = name.split('/') as [string, string?];
  const categories = second === undefined ? namesIn(vdb) : [first];
  return categories.some(category =>
    namesIn(join(vdb, category)).some(
      pf => parseCpv(`${category}/${pf}`)?.cp === `${category}/${second ?? first}`,
    ),
  );
}

export function knownSets(
  catalogue: Catalogue,
  located: Located,
  { lookup, context }: { readonly lookup: SetLookup; readonly context: EvaluateContext },
  warnOnly: boolean,
): KnownSets & { certain(name: string): EvaluatedSet['entries'] | undefined } {
  function evaluate(name: string): EvaluatedSet {
    const found = evaluateSet(name, lookup, context);
    const broken = found.problems.find(({ severity }) => severity === 'broken');
    // the look before the call tells of it once more
    if (broken && !warnOnly) {
      const { set, path, line, what } = broken;
      const where = path === undefined ? `@${set}` : line === 0 ? path : `${path}:${line}`;
      throw new Fault('refused', `${printable(where)}: ${printable(what)}`, {
        hint: `tumpline sets check ${printable(set)}`,
      });
    }
    const [opaque] = found.nested;
    if (opaque !== undefined)
      throw new Fault('refused', `@${printable(opaque)}: only Portage knows what is in it`, {
        hint: 'tumpline sets list',
      });
    return found;
  }
  return {
    find(name) {
      const source = findSet(catalogue, name);
      if (source) return source.name;
      return catalogue.patterns.some(pattern => pattern.test(name)) ? name : undefined;
    },
    isPackage: name => isPackage(catalogue, located, name),
    members: name => evaluate(name).entries,
    certain(name) {
      const kind = findSet(catalogue, name)?.kind;
      // emerge refuses to unmerge a set of Portage's own, and must be let to
      if (kind !== 'file' && kind !== 'command') return undefined;
      const { entries, nested } = evaluateSet(name, lookup, context);
      return nested.length > 0 ? undefined : entries;
    },
  };
}
