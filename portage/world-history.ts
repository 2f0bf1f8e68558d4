/** What emerge recorded in world and world_sets, told from emerge.log: _emerge.Scheduler._world_atom, depgraph.saveNomergeFavorites, actions.action_deselect. */
import { parseAtom } from './atom.ts';
import { parseCpv } from './cpv.ts';
import type { LogEvent } from './files/emerge-log.ts';

/** A package that a call named. `cp` is `null/NAME` where the call gave no category. */
export interface RecordedPackage {
  readonly cp: string;
  readonly slot: string | undefined;
  readonly repo: string | undefined;
  /** Seconds since the epoch. */
  readonly time: number;
}

export interface RecordedSet {
  /** Without `@`. */
  readonly name: string;
  readonly time: number;
}

export interface WorldHistory {
  readonly packages: readonly RecordedPackage[];
  readonly sets: readonly RecordedSet[];
}

type Named = Omit<RecordedPackage, 'time'>;

interface Call {
  readonly kind: 'merge' | 'remove' | 'other';
  readonly time: number;
  readonly packages: readonly Named[];
  readonly sets: readonly string[];
  /** Sets wait for the answer to a question; cleared when it is known to be yes. */
  waiting: boolean;
}

type EmergeEvent = Extract<LogEvent, { type: 'emerge' }>;

const recordNothing = [
  '--buildpkgonly',
  '--fetchonly',
  '--fetch-all-uri',
  '--oneshot',
  '--onlydeps',
  '--pretend',
];
const removals = ['--unmerge', '--depclean', '--prune', '--clean', '--rage-clean'];
const otherActions =
  /^--(?:sync|metadata|regen|search|searchdesc|info|list-sets|config|version|check-news|moo|help|resume)$/;
/** Calls that are remembered for what they named: several may run at once. */
const kept = 64;

/** `root` as emerge's `--root` names it: calls for another root are passed over. */
export function worldHistory(events: Iterable<LogEvent>, root = '/'): WorldHistory {
  const packages = new Map<string, RecordedPackage>();
  const sets = new Map<string, RecordedSet>();
  const installed = new Map<string, Set<string>>();
  const recent: Call[] = [];
  const open: Call[] = [];

  function record(named: Named, time: number): void {
    packages.set(keyOf(named), { ...named, time });
  }
  function forget(named: Named): void {
    for (const [key, one] of packages) {
      const narrower = (named.slot !== undefined && one.slot === undefined) || (named.repo && !one.repo);
      const apart = named.slot !== undefined && one.slot !== undefined && named.slot !== one.slot;
      if (sameName(named.cp, one.cp) && !narrower && !apart) packages.delete(key);
    }
  }
  function recordSets(call: Call): void {
    call.waiting = false;
    for (const name of call.sets) sets.set(name, { name, time: call.time });
  }
  function begin(event: EmergeEvent): void {
    const call = callOf(event, root);
    open.push(call);
    recent.push(call);
    if (recent.length > kept) recent.shift();
    const has = (option: string) => event.options.includes(option);
    if (event.options.some(option => /^--deselect(=(?!n)|$)/.test(option)) && call.kind === 'other') {
      call.packages.forEach(forget);
      for (const name of call.sets) sets.delete(name);
    } else if (call.kind === 'merge') {
      const asks = has('--ask') && !has('--noreplace');
      // a package that is there already leaves no trace when these record it
      if ((has('--noreplace') || has('--update')) && !asks)
        for (const named of call.packages) record(named, call.time);
      if (asks) call.waiting = true;
      else recordSets(call);
    }
  }
  function merged(cpv: string, time: number, certain: boolean): void {
    const cp = parseCpv(cpv)?.cp;
    if (cp === undefined) return;
    const call = recent.findLast(
      ({ kind, packages: named }) => kind === 'merge' && named.some(one => sameName(one.cp, cp)),
    );
    // of several slots in one call the log does not tell which this is
    const named = call?.packages.filter(one => sameName(one.cp, cp)) ?? [];
    for (const one of named) record({ ...one, cp }, time);
    if (named.length === 0 && certain) record({ cp, slot: undefined, repo: undefined }, time);
  }
  function unmerged(cpv: string): void {
    const cp = parseCpv(cpv)?.cp;
    if (cp === undefined) return;
    const there = installed.get(cp);
    there?.delete(cpv);
    const call = open.findLast(({ kind }) => kind === 'remove');
    if (call === undefined) return;
    for (const name of call.sets) sets.delete(name);
    if (there === undefined || there.size === 0) forget({ cp, slot: undefined, repo: undefined });
  }

  for (const event of events) {
    if (event.type === 'emerge') begin(event);
    else if (event.type === 'package-started') {
      const call = open.at(-1);
      if (call?.waiting) recordSets(call);
    } else if (event.type === 'package-completed') {
      const cp = parseCpv(event.cpv)?.cp;
      if (cp !== undefined) installed.set(cp, (installed.get(cp) ?? new Set()).add(event.cpv));
      merged(event.cpv, event.time, false);
    } else if (event.type === 'step' && event.step === 'world') merged(event.cpv, event.time, true);
    else if (event.type === 'unmerged') unmerged(event.cpv);
    else if (event.type === 'terminating') open.pop();
  }
  return { packages: [...packages.values()], sets: [...sets.values()] };
}

function callOf({ options, targets, time }: EmergeEvent, root: string): Call {
  const named = targets.map(namedBy).filter(one => one !== undefined);
  const elsewhere = options.some(
    option => option.startsWith('--root=') && trimmed(option.slice(7)) !== trimmed(root),
  );
  const kept = options.includes('--deselect=n');
  const kind = elsewhere
    ? 'other'
    : options.some(option => removals.includes(option))
      ? kept
        ? 'other'
        : 'remove'
      : options.some(
            option =>
              recordNothing.includes(option) ||
              otherActions.test(option) ||
              (/^--deselect(=|$)/.test(option) && !kept),
          )
        ? 'other'
        : 'merge';
  const mute = elsewhere || options.some(option => recordNothing.includes(option));
  return {
    kind,
    time,
    packages: mute ? [] : named.filter(one => typeof one !== 'string'),
    sets: mute ? [] : named.filter(one => typeof one === 'string'),
    waiting: false,
  };
}

function trimmed(path: string): string {
  return path.replace(/(.)\/+$/, '$1');
}

/** A set's name, a package, or undefined for a file and what is neither. */
function namedBy(word: string): string | Named | undefined {
  if (word.startsWith('@')) return word.length > 1 ? word.slice(1) : undefined;
  if (word.startsWith('/') || word === 'world' || word === 'system') return undefined;
  const whole = word.includes('/') ? word : word.replace(/^([<>=~]*)/, '$1null/');
  const atom = parseAtom(whole);
  return atom && atom.blocker === '' ? { cp: atom.cp, slot: atom.slot, repo: atom.repo } : undefined;
}

function sameName(a: string, b: string): boolean {
  if (a === b) return true;
  const bare = (cp: string) => cp.slice(cp.indexOf('/'));
  return (a.startsWith('null/') || b.startsWith('null/')) && bare(a) === bare(b);
}

function keyOf({ cp, slot, repo }: Named): string {
  return `${cp}:${slot ?? ''}::${repo ?? ''}`;
}

/** As it stands in world: `category/package[:slot][::repo]`. */
export function recordedAtom({ cp, slot, repo }: Named): string {
  return `${cp}${slot === undefined ? '' : `:${slot}`}${repo === undefined ? '' : `::${repo}`}`;
}
