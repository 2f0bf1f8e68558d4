/** What evaluating a set asks of the machine: what is installed, package moves, USE, and the sets that only Portage knows. */
import type { Atom } from '../portage/atom.ts';
import {
  type EvaluateContext,
  type EvaluatedEntry,
  type EvaluatedSet,
  evaluateSet,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { hangsOnUse } from '../sets/listing.ts';
import { setLookup } from '../sets/lookup.ts';
import { installedIn, readMoves } from '../sets/moves.ts';
import { Fault } from '../system/fault.ts';
import { portageSets } from '../system/portage-sets.ts';
import { printable } from '../system/printable.ts';
import { warn } from './report.ts';
import { type Desk, placeText, unknownSet } from './sets.ts';

export interface Facts {
  readonly lookup: SetLookup;
  readonly context: EvaluateContext;
}

type Base = Pick<EvaluateContext, 'installed' | 'moved'>;

function baseContext({ located, catalogue, installed }: Desk): Base {
  const moved = readMoves(catalogue, installedIn(located));
  return { installed: (atom: Atom) => installed.match(atom).length > 0, moved };
}

/** Whether evaluating these names asks for USE. */
function asksUse(names: readonly string[], lookup: SetLookup, base: Base): boolean {
  let asked = false;
  const use = () => {
    asked = true;
    return false;
  };
  for (const name of names) evaluateSet(name, lookup, { ...base, use });
  return asked;
}

/** Portage is started only where a set has a condition on USE. */
export async function withoutPortage(desk: Desk): Promise<Facts> {
  const lookup = setLookup(desk.catalogue);
  const base = baseContext(desk);
  const asked = hangsOnUse(desk.catalogue.sets.keys(), lookup);
  const use = asked ? await globalUse(desk) : undefined;
  return { lookup, context: { ...base, use: flag => use?.has(flag) ?? false } };
}

/** None, with a word on stderr, where Portage does not answer. */
async function globalUse({ located }: Desk): Promise<ReadonlySet<string>> {
  try {
    return new Set((await portageSets(located, { sets: [], use: true })).use);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    warn(error.message);
    return new Set();
  }
}

/** All that these sets need to be told whole; Portage is started where files do not tell it. */
export async function withPortage(desk: Desk, names: readonly string[]): Promise<Facts> {
  const files = setLookup(desk.catalogue);
  const base = baseContext(desk);
  const opaque = new Set<string>();
  const look: SetLookup = name => {
    const found = files(name);
    if (found?.kind === 'opaque') opaque.add(found.name);
    return found;
  };
  const asked = asksUse(names, look, base);
  if (!asked && opaque.size === 0) return { lookup: files, context: { ...base, use: () => false } };
  const { sets, use } = await portageSets(desk.located, { sets: [...opaque], use: asked });
  for (const [name, { error }] of sets) if (error !== null) warn(`@${printable(name)}: ${printable(error)}`);
  const flags = new Set(use);
  return {
    lookup: setLookup(desk.catalogue, sets),
    context: { ...base, use: flag => flags.has(flag) },
  };
}

/** The entries of a set without a mistake. Faults: there is no such set, or something is wrong in it. */
export function soundEntries(
  { catalogue }: Desk,
  result: EvaluatedSet,
  name: string,
): readonly EvaluatedEntry[] {
  const problem = result.problems.find(({ severity }) => severity === 'broken');
  if (problem?.code === 'unknown-set' && problem.path === undefined)
    throw unknownSet(catalogue, namedIn(problem, name));
  if (problem !== undefined) {
    const place = placeText(problem.path, problem.line) || `@${printable(name)}`;
    throw new Fault('invalid', `${place}: ${printable(problem.what)}`, { hint: 'tumpline sets check' });
  }
  const [unknown] = result.nested;
  if (unknown === undefined) return result.entries;
  throw new Fault('failed', `@${printable(unknown)}: only Portage knows what is in it, and it did not say`, {
    hint: 'emerge --list-sets',
  });
}

/** The set that a problem of an expression is about. */
export function namedIn({ what }: { readonly what: string }, name: string): string {
  return /'@([^']+)'/.exec(what)?.[1] ?? name;
}
