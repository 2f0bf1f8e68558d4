/** What a call hangs on beside files: the commands of sets are run, Portage is asked, where something follows from it. */
import type { SetEntry } from '../portage/files/set-file.ts';
import { type EvaluateContext, evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import { parseSetExpression } from '../portage/set-expression.ts';
import type { Located } from '../system/locate.ts';
import { portageSets } from '../system/portage-sets.ts';
import { type Catalogue, findSet } from './catalogue.ts';
import type { SetComplaint } from './check.ts';
import { setLookup } from './lookup.ts';
import { type Installed, installedIn, readMoves } from './moves.ts';

export interface Interest {
  /** Sets that the call names, and those that are selected; without @, expressions too. */
  readonly named: readonly string[];
  readonly selected: readonly string[];
  /** It merges or removes. */
  readonly changing: boolean;
  /** What the named sets hold matters, down to the last atom. */
  readonly detailed: boolean;
  /** Who else holds something matters. */
  readonly shared: boolean;
}

export interface CallFacts {
  readonly lookup: SetLookup;
  readonly context: EvaluateContext & Required<Pick<EvaluateContext, 'moved'>>;
  readonly installed: Installed;
  /** What is wrong with sets that only Portage can read. */
  readonly failures: readonly SetComplaint[];
  /** Names of all sets that are looked at. */
  readonly closure: (names: readonly string[]) => ReadonlySet<string>;
}

/** Of a call for which nothing follows from what is selected, since nothing is wrong there. */
export function withoutSelected(interest: Interest): Interest {
  return interest.shared ? interest : { ...interest, selected: [] };
}

/** Faults where Portage has to be asked and does not answer. */
export async function callFacts(
  located: Located,
  catalogue: Catalogue,
  interest: Interest,
): Promise<CallFacts> {
  const { named, selected, changing, detailed, shared } = interest;
  const installed = installedIn(located);
  const moved = readMoves(catalogue, installed);
  const files = setLookup(catalogue);
  const closureOf = (names: readonly string[]) => nestedNames(names, files);
  const opaque = (names: readonly string[], wanted: (name: string) => boolean) =>
    [...closureOf(names)].filter(name => files(name)?.kind === 'opaque' && wanted(name));
  const isCommand = (name: string) => findSet(catalogue, name)?.kind === 'command';
  const asked = new Set([
    ...(changing ? opaque([...named, ...selected], isCommand) : []),
    ...(detailed ? opaque(named, () => true) : []),
    ...(shared ? opaque(selected, () => true) : []),
  ]);
  const use = (detailed || shared) && asksUse([...named, ...selected], files);
  const base = {
    installed: (atom: Parameters<Installed['matching']>[0]) => installed.matching(atom).length > 0,
  };
  if (asked.size === 0 && !use) {
    const context = { ...base, use: () => false, moved };
    return { lookup: files, context, installed, failures: [], closure: closureOf };
  }
  const answer = await portageSets(located, { sets: [...asked], use });
  const flags = new Set(answer.use);
  const failures = [...answer.sets].flatMap(([name, { error }]) =>
    error === null ? [] : failure(catalogue, name, error),
  );
  return {
    lookup: setLookup(catalogue, answer.sets),
    context: { ...base, use: flag => flags.has(flag), moved },
    installed,
    failures,
    closure: closureOf,
  };
}

/** Names of all sets that these are made of, themselves among them; nothing is evaluated. */
function nestedNames(names: readonly string[], lookup: SetLookup): Set<string> {
  const found = new Set<string>();
  const waiting = [...names];
  function add(entries: readonly SetEntry[]): void {
    for (const entry of entries) {
      if (entry.kind === 'conditional') add(entry.entries);
      else if (entry.kind === 'set' || entry.kind === 'without-set') waiting.push(entry.name);
    }
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    const set = lookup(name);
    const expression = set === undefined ? parseSetExpression(`@${name}`) : undefined;
    if (expression) waiting.push(expression.first, ...expression.rest.map(one => one.name));
    if (set === undefined || found.has(set.name)) continue;
    found.add(set.name);
    if (set.kind === 'file') add(set.text.entries);
    else if (set.kind === 'atoms') waiting.push(...set.nested);
  }
  return found;
}

function failure(catalogue: Catalogue, set: string, what: string): SetComplaint {
  const command = findSet(catalogue, set)?.options.get('command');
  // Portage only loses the set where its command fails; an atom that it cannot take ends every call
  const code = what.startsWith('its command ended') ? 'command' : 'unusable';
  return { set, code, what, hint: command ?? `tumpline sets show ${set}`, severity: 'broken' };
}

function asksUse(names: readonly string[], lookup: SetLookup): boolean {
  let asked = false;
  const use = () => {
    asked = true;
    return false;
  };
  for (const name of names) evaluateSet(name, lookup, { installed: () => true, use });
  return asked;
}
