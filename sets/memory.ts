/** What the selected sets held when they were last looked at, so that it can be told what has left one, and when. */
import { join } from 'node:path';
import { type EvaluateContext, evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { errnoOf, writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';

interface Remembered {
  /** Atoms as written, of the set and of those that it names. */
  readonly members: readonly string[];
  /** Atom -> when it was missed first, in seconds since the epoch. */
  readonly left: Readonly<Record<string, number>>;
}

/** By the set's name. */
export type SetMemory = Readonly<Record<string, Remembered>>;

/** Of a set that changes often only the latest are kept. */
const mostLeft = 500;

export function memoryFile(located: Pick<Located, 'eroot'>): string {
  return join(located.eroot, 'var/lib/tumpline/sets/members.json');
}

function isRemembered(value: unknown): value is Remembered {
  if (typeof value !== 'object' || value === null) return false;
  const { members, left } = value as Record<string, unknown>;
  return (
    Array.isArray(members) &&
    members.every(one => typeof one === 'string') &&
    typeof left === 'object' &&
    left !== null &&
    Object.values(left).every(one => typeof one === 'number')
  );
}

/** Empty where nothing is remembered yet, or what stands there cannot be read. */
export function readMemory(located: Pick<Located, 'eroot'>): SetMemory {
  try {
    const value: unknown = JSON.parse(readOrdinaryText(memoryFile(located)) ?? '{}');
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).filter(([, one]) => isRemembered(one)));
  } catch {
    return {};
  }
}

/**
 * `selected`: set -> its members now, undefined where a mistake in it leaves that open; `now` in seconds. A set that is
 * no longer selected has left with all it held.
 */
export function remembered(
  memory: SetMemory,
  selected: ReadonlyMap<string, readonly string[] | undefined>,
  now: number,
): SetMemory {
  const names = new Set([...Object.keys(memory), ...selected.keys()]);
  return Object.fromEntries(
    [...names].map((name): [string, Remembered] => {
      const before = memory[name] ?? { members: [], left: {} };
      if (selected.has(name) && selected.get(name) === undefined) return [name, before];
      const members = [...new Set(selected.get(name) ?? [])].sort();
      const present = new Set(members);
      const gone = before.members.filter(one => !present.has(one)).map(one => [one, now] as const);
      const left = [...Object.entries(before.left).filter(([one]) => !present.has(one)), ...gone];
      return [name, { members, left: Object.fromEntries(left.slice(-mostLeft)) }];
    }),
  );
}

/** Writes what changed. Who may not write there only does not remember. */
export function remember(
  located: Pick<Located, 'eroot'>,
  selected: ReadonlyMap<string, readonly string[] | undefined>,
  now: number = Math.floor(Date.now() / 1000),
): SetMemory {
  const before = readMemory(located);
  const after = remembered(before, selected, now);
  const text = `${JSON.stringify(after, undefined, 1)}\n`;
  if (text === `${JSON.stringify(before, undefined, 1)}\n`) return after;
  try {
    writeAtomic(memoryFile(located), text);
  } catch (error) {
    const cause = error instanceof Fault ? error.cause : error;
    if (!['EACCES', 'EPERM', 'EROFS'].includes(errnoOf(cause) ?? '')) throw error;
  }
  return after;
}

/** The members of these sets, for `remember`. */
export function membersNow(
  names: readonly string[],
  lookup: SetLookup,
  context: EvaluateContext,
): Map<string, readonly string[] | undefined> {
  return new Map(
    names.map(name => {
      const { entries, problems } = evaluateSet(name, lookup, context);
      const isBroken = problems.some(({ severity }) => severity === 'broken');
      return [name, isBroken ? undefined : entries.map(({ text }) => text)];
    }),
  );
}
