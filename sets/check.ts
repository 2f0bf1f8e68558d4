/** What is wrong with sets, in words: for the look before a call, for `tumpline sets check` and for the generator. */
import { readdirSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Atom } from '../portage/atom.ts';
import { isSetName } from '../portage/files/set-file.ts';
import {
  type EvaluateContext,
  type EvaluateProblem,
  evaluateSet,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { nearest } from '../system/nearest.ts';
import { type Catalogue, findSet, type SetSource } from './catalogue.ts';
import { setLookup } from './lookup.ts';
import type { Selected } from './selected.ts';
import { typed } from './shell-text.ts';
import { entriesIn, standingSets } from './users-sets.ts';

export interface SetComplaint {
  readonly set: string;
  readonly path?: string;
  /** From 1; 0 for the file as a whole. */
  readonly line?: number;
  readonly code: string;
  /** Lower case, without the place. */
  readonly what: string;
  /** The next command to type. */
  readonly hint: string;
  readonly severity: 'broken' | 'note';
}

export interface CheckContext {
  readonly selected: Selected;
  readonly moved?: (atom: Atom) => Atom | undefined;
  /** Where files have been read already. */
  readonly lookup?: SetLookup;
}

const throughout: EvaluateContext = { installed: () => true, use: () => true, everything: true };

/** These stand for what is in world_sets. */
const standing = ['world', 'selected', 'selected-sets'];

/**
 * Complaints about these sets (names without @, expressions too) and all that they nest. Neither conditions nor what
 * is installed plays a part: a line that is wrong today is told, whether or not it counts today.
 */
export function checkSets(
  catalogue: Catalogue,
  names: readonly string[],
  context: CheckContext,
): SetComplaint[] {
  const lookup = context.lookup ?? setLookup(catalogue);
  const { sets } = context.selected;
  const standsFor = names.some(name => standing.includes(name));
  const all = [...new Set([...names, ...(standsFor ? sets : [])])];
  const complaints = new Map<string, SetComplaint>();
  const closure = new Set(standsFor ? standing : []);
  const proposalFor = proposals();
  function add(complaint: SetComplaint): void {
    const { set, path, line, code, what } = complaint;
    const key = [set, path, line, code, what].join('\0');
    if (!complaints.has(key)) complaints.set(key, complaint);
  }
  const evaluateContext = context.moved ? { ...throughout, moved: context.moved } : throughout;
  for (const name of all) {
    const found = evaluateSet(name, lookup, evaluateContext);
    for (const one of found.closure) closure.add(one);
    // what only Portage knows it can be asked for
    for (const problem of found.problems)
      if (problem.code !== 'opaque') add(complaintOf(catalogue, problem, sets));
    if (found.blank && found.problems.length === 0 && findSet(catalogue, name)?.path !== undefined)
      add(blankComplaint(catalogue, name));
  }
  for (const { path, line, set, code, what } of catalogue.problems) {
    if (set === undefined || !closure.has(set)) continue;
    const where = { set, path, ...(line === undefined ? {} : { line }) };
    add({ ...where, code, what, hint: `mv ${typed(path)} ${typed(`${path}-mine`)}`, severity: 'broken' });
  }
  const round = [...closure].flatMap(name => [...roundComplaints(catalogue, name, lookup)]);
  // a set that nobody has selected may name @world
  const ofSelected = round.length === 0 ? new Set() : standingSets(sets, lookup);
  for (const complaint of round) if (ofSelected.has(complaint.set)) add(complaint);
  for (const name of closure) {
    for (const complaint of sourceComplaints(catalogue, name, lookup, proposalFor)) add(complaint);
  }
  return [...complaints.values()];
}

/** Where a set names @world or what stands for it. Part of a selected set, it names itself, and Portage never ends. */
function* roundComplaints(catalogue: Catalogue, set: string, lookup: SetLookup): Generator<SetComplaint> {
  const found = lookup(set);
  if (found?.kind !== 'file') return;
  for (const entry of entriesIn(found.text.entries)) {
    if (entry.kind !== 'set' || !standing.includes(entry.name)) continue;
    const what = `'@${entry.name}' goes round in a circle: what is selected holds '@${found.name}'`;
    const where = { set: found.name, path: found.path, line: entry.line };
    yield { ...where, code: 'cycle', what, hint: mend(catalogue, set), severity: 'broken' };
  }
}

/** The command that mends a set's own lines: another's set is overridden, not changed. */
function mend(catalogue: Catalogue, name: string): string {
  const source = findSet(catalogue, name);
  const [directory] = catalogue.directories;
  if (source?.origin === 'repository' && source.path !== undefined && directory !== undefined)
    return `cp ${source.path} ${directory}/${source.name}, and mend that one`;
  return `tumpline sets edit ${source?.name ?? name}`;
}

function complaintOf(
  catalogue: Catalogue,
  problem: EvaluateProblem,
  selected: readonly string[],
): SetComplaint {
  const { set, path, line, code, what } = problem;
  const base = { set, code, what, ...(path === undefined ? {} : { path, line }) };
  // Portage itself takes the old name out of what it keeps, but not out of a set that it reads
  if (code === 'moved') {
    const severity = catalogue.enabled ? 'note' : 'broken';
    return { ...base, severity, hint: `tumpline sets check --fix ${set}` };
  }
  const away = catalogue.problems.find(one => one.code === 'no-directory')?.path;
  // a share that is not mounted: nobody should give the set up for that
  if (code === 'unknown-set' && away !== undefined)
    return {
      ...base,
      what: `${what}, and ${away} of USER_SETS_PATH is no directory`,
      hint: `ls -ld ${typed(away)}`,
      severity: problem.severity,
    };
  if (code === 'unknown-set' && path === undefined) {
    const near = nearest(set, [...catalogue.sets.keys()]);
    const hint = selected.includes(set)
      ? `emerge --deselect @${set}`
      : near === undefined
        ? 'tumpline sets list'
        : `tumpline sets show ${near}`;
    const chosen = selected.includes(set) ? `'@${set}' is in world_sets, but ${what}` : what;
    return { ...base, what: chosen, hint, severity: problem.severity };
  }
  const hint =
    code === 'bom' && findSet(catalogue, set)?.origin !== 'repository'
      ? `tumpline sets check --fix ${set}`
      : code === 'unreadable' && path !== undefined
        ? `ls -l ${path}`
        : mend(catalogue, set);
  return { ...base, hint, severity: problem.severity };
}

function blankComplaint(catalogue: Catalogue, name: string): SetComplaint {
  const source = findSet(catalogue, name);
  return {
    set: source?.name ?? name,
    ...(source?.path === undefined ? {} : { path: source.path, line: 0 }),
    code: 'empty',
    what: `'@${source?.name ?? name}' is empty`,
    hint: mend(catalogue, name),
    severity: 'broken',
  };
}

/** What only shows beside the lines: who else has that name, whether Portage can read it, what is proposed for it. */
function* sourceComplaints(
  catalogue: Catalogue,
  name: string,
  lookup: SetLookup,
  proposalFor: (path: string) => string | undefined,
): Generator<SetComplaint> {
  const source = findSet(catalogue, name);
  const found = lookup(name);
  if (source?.path === undefined || found?.kind !== 'file') return;
  if (found.text.entries.length === 0 && found.text.problems.length === 0)
    yield blankComplaint(catalogue, source.name);
  const base = { set: source.name, path: source.path, line: 0 };
  if (!isSetName(source.name)) {
    const what = `'${source.name}' cannot be written on a command line`;
    yield { ...base, code: 'name', what, hint: `mv ${typed(source.path)} ELSEWHERE`, severity: 'note' };
  }
  if (source.origin !== 'user' && !found.text.native && found.text.problems.length === 0) {
    const what = 'only sets of your own may be written in a way that Portage does not read by itself';
    yield { ...base, code: 'syntax', what, hint: mend(catalogue, name), severity: 'broken' };
  } else if (!catalogue.enabled) {
    const why = needsEnabling(source, found.text.native || found.text.problems.length > 0);
    if (why !== undefined)
      yield { ...base, code: 'needs-enable', what: why, hint: 'tumpline enable sets', severity: 'broken' };
  }
  const proposal = proposalFor(source.path);
  if (proposal !== undefined) {
    const what = `a change of it waits in ${proposal}`;
    yield { ...base, code: 'proposal', what, hint: 'dispatch-conf', severity: 'note' };
  }
}

function needsEnabling(source: SetSource, plain: boolean): string | undefined {
  if (!plain) return 'it is written in a way that Portage does not read by itself';
  if (source.native) return undefined;
  const [other] = source.shadows;
  return other === undefined
    ? 'it stands where Portage does not look by itself'
    : `it stands before that of ${other}, which Portage takes by itself`;
}

/** What CONFIG_PROTECT made out of updates of files: for each path the newest `._cfg0000_NAME` beside it. */
function proposals(): (path: string) => string | undefined {
  const waiting = new Map<string, readonly string[]>();
  return path => {
    const directory = dirname(path);
    const names = waiting.get(directory) ?? proposalsIn(directory);
    waiting.set(directory, names);
    return names.filter(name => name.slice(10) === basename(path)).at(-1);
  };
}

function proposalsIn(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter(name => /^\._cfg\d{4}_/.test(name))
      .sort();
  } catch {
    return [];
  }
}
