/**
 * Makes what Portage reads instead of the user's own set files: var/lib/tumpline/sets/generated. Whatever happens,
 * a set there never loses an entry by mistake: a broken source leaves the last good text, a source that is gone takes
 * its set away (which stops depclean), and no set becomes empty as long as something of it is installed.
 */
import { join } from 'node:path';
import type { Atom } from '../portage/atom.ts';
import { parseSetFile } from '../portage/files/set-file.ts';
import {
  type EvaluateContext,
  type EvaluatedSet,
  evaluateSet,
  excludes,
  type SetLookup,
} from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { removeTemporaries } from '../system/files.ts';
import { readGeneration, replaceGeneration, setLink, sweepGenerations } from '../system/generation.ts';
import type { Located } from '../system/locate.ts';
import { withLock } from '../system/lock.ts';
import { debug } from '../system/log.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { couldWrite } from '../system/places.ts';
import { portageSets } from '../system/portage-sets.ts';
import { type Catalogue, findSet, readCatalogue, type SetSource, setsState } from './catalogue.ts';
import { checkSets, type SetComplaint } from './check.ts';
import { foldersInUse, overridden, renewEnabling, sectionFolder } from './enabling.ts';
import { type SetAnswers, setLookup } from './lookup.ts';
import { membersNow, memoryFile, remember } from './memory.ts';
import { type Installed, installedIn, readMoves, renamedPackages } from './moves.ts';
import { writePaths } from './paths.ts';
import { flagsAndKeywords } from './per-set-files.ts';
import { readSelected } from './selected.ts';
import { typed } from './shell-text.ts';
import { stampFile, stampFiles, stampHolds, takeStamp, writeStamp } from './stamp.ts';
import { standingSets, usersEntries, usersSets } from './users-sets.ts';

export interface GenerateOptions {
  readonly environment?: NodeJS.ProcessEnv;
  /** Names of sets that may lose all their entries: somebody has said so. */
  readonly emptied?: ReadonlySet<string>;
  /** Called by `tumpline enable sets`, which writes sets.conf itself. */
  readonly enabling?: boolean;
  /** Even where the stamp says that nothing has changed. */
  readonly force?: boolean;
}

export interface Generated {
  /** `off`: not enabled; `unwritable`: an ordinary user, for whom the last generated sets hold. */
  readonly state: 'off' | 'unwritable' | 'same' | 'written';
  readonly catalogue: Catalogue;
  /** About all sets of the user's and all selected ones. */
  readonly complaints: readonly SetComplaint[];
  /** Sets whose last good text stays in force. */
  readonly kept: readonly string[];
  /** Sets that Portage does not see any more. */
  readonly removed: readonly string[];
}

interface Work {
  readonly catalogue: Catalogue;
  readonly lookup: SetLookup;
  readonly context: EvaluateContext;
  readonly installed: Installed;
  readonly emptied: ReadonlySet<string>;
  readonly old: ReadonlyMap<string, string>;
  readonly complaints: SetComplaint[];
}

/** Faults: locked, and what goes wrong in writing. */
export async function generate(located: Located, options: GenerateOptions = {}): Promise<Generated> {
  const environment = options.environment ?? process.env;
  const catalogue = readCatalogue(located, environment);
  const nothing = { catalogue, complaints: [], kept: [], removed: [] };
  if (!catalogue.enabled && !options.enabling) return { ...nothing, state: 'off' };
  if (!options.force && !options.enabling && stampHolds(located)) return { ...nothing, state: 'same' };
  if (!couldWrite(setsState(located))) return { ...nothing, state: 'unwritable' };
  return withLock(
    join(located.eroot, 'run/tumpline/sets.lock'),
    { purpose: 'tumpline sets', wait: 30_000 },
    () => generateLocked(located, environment, options),
  );
}

async function generateLocked(
  located: Located,
  environment: NodeJS.ProcessEnv,
  options: GenerateOptions,
): Promise<Generated> {
  const base = setsState(located);
  // what a killed process has left
  for (const path of [stampFile(located), memoryFile(located), join(base, 'paths')]) removeTemporaries(path);
  // what is read below is at least as new as what the stamp tells of
  const lines = stampOfSources(located, readCatalogue(located, environment));
  const catalogue = { ...readCatalogue(located, environment), enabled: true };
  const installed = installedIn(located);
  const moved = readMoves(catalogue, installed);
  const { answers, use } = await asked(located, catalogue, moved);
  const lookup = setLookup(catalogue, answers);
  const selected = readSelected(located);
  const names = usersSets(catalogue).map(({ name }) => name);
  const complaints = checkSets(catalogue, [...names, 'world'], { selected, moved, lookup });
  const old = readGeneration(base);
  const context: EvaluateContext = {
    moved,
    installed: atom => installed.matching(atom).length > 0,
    use: flag => use.has(flag),
  };
  const emptied = options.emptied ?? new Set();
  const work: Work = { catalogue, lookup, context, installed, emptied, old, complaints };
  const files = new Map<string, string>();
  const kept = usersSets(catalogue).flatMap(source => (addSet(work, source, files) ? [] : source.name));
  const repositories = addRepositories(located, catalogue, files);
  const same = files.size === old.size && [...files].every(([path, text]) => old.get(path) === text);
  if (same && old.size > 0) sweepGenerations(base);
  else replaceGeneration(base, files, ['sets', ...repositories], old);
  setLink(join(base, 'generated'), 'current/sets');
  setLink(join(base, 'generated-repositories'), 'current/repositories');
  writePaths(located, catalogue);
  const whole = (name: string) => evaluateSet(name, lookup, context);
  complaints.push(...flagsAndKeywords(located, usersSets(catalogue), whole));
  remember(located, membersNow(selected.sets, lookup, context));
  if (!options.enabling) await renewed(located, catalogue, complaints);
  const standing = standingSets(selected.sets, lookup);
  const isSound = !complaints.some(({ set, severity }) => severity === 'broken' && standing.has(set));
  const made = takeStamp([
    join(base, 'generated/.'),
    ...[...files.keys()].map(path => join(base, 'current', path)),
  ]);
  // what a command prints can change without any file
  const isSteady = ![...standing].some(name => findSet(catalogue, name)?.kind === 'command');
  writeStamp(
    located,
    isSteady && isSound && lines !== undefined && made !== undefined ? lines + made : undefined,
  );
  const removed = [...old.keys()].filter(path => isSet(path) && !files.has(path)).map(path => path.slice(5));
  debug(
    'sets',
    () =>
      `generated: ${files.size} files, kept ${kept.join(' ') || 'none'}, removed ${removed.join(' ') || 'none'}`,
  );
  return { state: same ? 'same' : 'written', catalogue, complaints, kept, removed };
}

function isSet(path: string): boolean {
  return path.startsWith('sets/') && !path.endsWith('.metadata');
}

/** That the file in sets.conf could not be brought up to date stops nothing; it is told. */
async function renewed(located: Located, catalogue: Catalogue, complaints: SetComplaint[]): Promise<void> {
  try {
    await renewEnabling(located, catalogue);
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    const { message: what, hint = 'tumpline enable sets' } = error;
    complaints.push({ set: 'world', code: 'sets-conf', what, hint, severity: 'note' });
  }
}

function stampOfSources(located: Located, catalogue: Catalogue): string | undefined {
  const sources = [...catalogue.sets.values()].flatMap(({ path }) =>
    path === undefined ? [] : ['', '.metadata', '.use', '.accept_keywords'].map(end => path + end),
  );
  const entries = [...usersEntries(catalogue)];
  const optional = entries.flatMap(entry => (entry.kind === 'optional' ? entry.atom.cp : []));
  const named = entries.flatMap(entry => ('atom' in entry ? entry.atom.cp : []));
  const packages = [...optional, ...renamedPackages(catalogue, named)];
  return takeStamp(stampFiles(located, catalogue, sources, packages));
}

/** What only Portage knows, where a set of the user's hangs on it. */
async function asked(
  located: Located,
  catalogue: Catalogue,
  moved: (atom: Atom) => Atom | undefined,
): Promise<{ answers: SetAnswers; use: ReadonlySet<string> }> {
  const use = [...usersEntries(catalogue)].some(({ kind }) => kind === 'conditional');
  const lookup = setLookup(catalogue);
  const everything = { installed: () => true, use: () => true, everything: true, moved };
  const sets = usersSets(catalogue).flatMap(({ name }) =>
    evaluateSet(name, lookup, everything, { keep: true }).problems.flatMap(({ about }) => about ?? []),
  );
  if (!use && sets.length === 0) return { answers: new Map(), use: new Set() };
  const answer = await portageSets(located, { sets: [...new Set(sets)], use });
  return { answers: answer.sets, use: new Set(answer.use) };
}

/** Puts the set's text among the files, or its last good one; says whether it is today's. */
function addSet(work: Work, source: SetSource, files: Map<string, string>): boolean {
  const { name, path = '', file = name } = source;
  const other = [...files.keys()].find(
    one => one.startsWith(`sets/${file}/`) || `sets/${file}`.startsWith(`${one}/`),
  );
  if (other !== undefined) {
    const what = `'@${name}' cannot be beside '@${other.slice(5)}': one would be a file and a directory`;
    const hint = `mv ${typed(path)} ${typed(`${path}-mine`)}`;
    work.complaints.push({ set: name, path, line: 0, code: 'clash', what, hint, severity: 'broken' });
    return false;
  }
  const evaluated = evaluateSet(name, work.lookup, work.context, { keep: true });
  const text = sound(work, source, evaluated) ? setText(path, evaluated) : undefined;
  const last = work.old.get(`sets/${file}`);
  if (text !== undefined) {
    for (const { text: atom, from } of evaluated.entries)
      debug('sets', () => `@${name}: ${atom}: ${from.path ?? `@${from.set}`} line ${from.line}`);
    for (const nested of evaluated.nested) debug('sets', () => `@${name}: @${nested}: ${path}`);
  }
  const chosen = text ?? last;
  if (chosen === undefined) return false;
  files.set(`sets/${file}`, chosen);
  const metadata = textAt(`${path}.metadata`);
  if (metadata !== undefined) files.set(`sets/${file}.metadata`, metadata);
  return text !== undefined;
}

/** Undefined for what is not there or cannot be read: a set that is missing only stops what would remove its members. */
function textAt(path: string): string | undefined {
  try {
    return readOrdinaryText(path);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return undefined;
  }
}

function setText(path: string, { entries, nested }: EvaluatedSet): string {
  const lines = [...entries.map(({ text }) => text), ...nested.map(name => `@${name}`)];
  return [`# made out of ${path}, which is the one to change`, ...lines].map(line => `${line}\n`).join('');
}

/** Whether Portage may have it: nothing is wrong with it, and it does not lose its last entry while that is installed. */
function sound(work: Work, { name, path = '', file = name }: SetSource, evaluated: EvaluatedSet): boolean {
  const found = work.lookup(name);
  const flat = found?.kind === 'file' && excludes(found.text.entries);
  const faults = evaluated.problems.filter(
    ({ set, severity }) => severity === 'broken' && (flat || set === name),
  );
  for (const { set, path: where, line, code, what } of faults) {
    if (!work.complaints.some(one => one.set === set && one.code === code && one.line === line))
      work.complaints.push({
        ...{ set, line, code, what, severity: 'broken', hint: `tumpline sets edit ${set}` },
        ...(where === undefined ? {} : { path: where }),
      });
  }
  const mine = work.complaints.some(
    one => one.set === name && one.severity === 'broken' && one.code !== 'empty',
  );
  if (mine || faults.length > 0) return false;
  if (evaluated.entries.length > 0 || evaluated.nested.length > 0 || work.emptied.has(name)) return true;
  const last = parseSetFile(work.old.get(`sets/${file}`) ?? '').entries;
  const isLost = last.some(
    entry => entry.kind === 'set' || (entry.kind === 'atom' && work.context.installed(entry.atom)),
  );
  if (isLost) {
    const what = `'@${name}' would lose all its entries; those that it had stay in force`;
    work.complaints.push({
      set: name,
      path,
      line: 0,
      code: 'lost',
      what,
      hint: `tumpline sets check ${name}`,
      severity: 'broken',
    });
  }
  // a source without any line is a mistake: without a file depclean stops
  return !isLost && !evaluated.blank;
}

/** The sets of repositories' sections that Portage is to read without those that the user has as well. */
function addRepositories(located: Located, catalogue: Catalogue, files: Map<string, string>): string[] {
  const copied = new Set(overridden(catalogue).copied);
  const inUse = foldersInUse(located);
  const folders: string[] = [];
  for (const one of catalogue.sections) {
    const folder = sectionFolder(one.section.name);
    if (one.directory === undefined || !(copied.has(one) || inUse.includes(folder))) continue;
    folders.push(`repositories/${folder}`);
    for (const { name, path, file } of one.sets) {
      if (path === undefined || catalogue.sets.get(name)?.path !== path) continue;
      for (const end of ['', '.metadata']) {
        const text = textAt(`${path}${end}`);
        if (text !== undefined) files.set(`repositories/${folder}/${file}${end}`, text);
      }
    }
  }
  return folders;
}
