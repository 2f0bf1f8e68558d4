/** Started by the hook after a sync: regenerates the sets that Portage reads, and tells what changed in the selected ones. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseDepclean } from '../portage/files/depclean-output.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { type Located, locate } from '../system/locate.ts';
import { debug } from '../system/log.ts';
import { painter } from '../system/paint.ts';
import { rootsEnvironment } from '../system/portage-facts.ts';
import { printable } from '../system/printable.ts';
import { run } from '../system/run.ts';
import { type Catalogue, readCatalogue } from './catalogue.ts';
import { generate } from './generate.ts';
import { setLookup } from './lookup.ts';
import { installedIn } from './moves.ts';
import { readSelected } from './selected.ts';
import { changeLine, type SetChange, setChanges } from './sync-report.ts';
import { lookupBefore, presentSets, readSynced, stampOfSynced, writeSynced } from './synced.ts';

/** Milliseconds that depclean's own answer may take. */
const patience = 60_000;

/** What the process that runs the hook was started with; empty where it cannot be read. */
function given(pid: string, what: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${Number(pid)}/${what}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** Whoever runs the hook is the Portage that is meant: its Python, and its emerge, which stands beside emaint. */
function portageOf(pid: string): { emerge: string; python: readonly string[] } | undefined {
  const words = given(pid, 'cmdline');
  const at = words.slice(0, 5).findIndex(word => /\/(emerge|emaint)$/.test(word));
  const emerge = join(dirname(words[at] ?? ''), 'emerge');
  return at > 0 && statIfPresent(emerge)?.isFile() ? { emerge, python: words.slice(0, at) } : undefined;
}

/**
 * A hook gets all that Portage has in its configuration, USE and FEATURES among it, as variables. What is started from
 * here shall read the configuration itself, so it gets what emerge was started with.
 */
function restoreEnvironment(pid: string): void {
  const found = given(pid, 'environ').filter(entry => entry.includes('='));
  if (found.length === 0) return;
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const entry of found) {
    const equals = entry.indexOf('=');
    process.env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
}

function locateAbove(pid: string): Located {
  const { EPREFIX: prefix, ROOT: root, PORTAGE_CONFIGROOT: configRoot } = process.env;
  const above = portageOf(pid);
  restoreEnvironment(pid);
  const found = locate(process.env, {
    ...(above === undefined ? {} : { emerge: above.emerge }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(root ? { root } : {}),
    ...(configRoot ? { configRoot } : {}),
  });
  return { ...found, ...above };
}

/** cpvs by Portage's own word; undefined where it does not say. */
async function depcleaned(where: Located): Promise<string[] | undefined> {
  const [python = 'python3', ...flags] = where.python;
  const args = ['--depclean', '--pretend', '--color=n', '--quiet=n', '--ask=n'];
  try {
    const env = rootsEnvironment(where);
    const { stdout, stderr } = await run(python, [...flags, where.emerge, ...args], {
      env,
      timeout: patience,
    });
    const cpvs = parseDepclean(stdout);
    if (cpvs === undefined) debug('sets', () => `depclean: ${stderr}${stdout}`);
    return cpvs;
  } catch (error) {
    debug('sets', () => `depclean: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

async function tell(
  where: Located,
  changes: readonly SetChange[],
  paint: (name: string) => string,
): Promise<void> {
  const installed = installedIn(where);
  const leaving = changes.map(({ dropped, kept, gone }) => {
    const held = new Set(kept.flatMap(atom => installed.matching(atom).map(({ cpv }) => cpv)));
    const were = gone ? [] : dropped.flatMap(atom => installed.matching(atom).map(({ cpv }) => cpv));
    return [...new Set(were)].filter(cpv => !held.has(cpv)).sort();
  });
  const asked = leaving.some(cpvs => cpvs.length > 0);
  const removed = asked ? await depcleaned(where) : [];
  for (const [index, change] of changes.entries()) {
    const mine = leaving[index] ?? [];
    const going = mine.length === 0 ? [] : removed && mine.filter(cpv => removed.includes(cpv));
    process.stdout.write(`${changeLine(change, going, paint)}\n`);
  }
}

/** What Portage reads is made anew; where that fails the news can be told all the same. */
async function renewed(where: Located): Promise<Catalogue> {
  try {
    const { catalogue, complaints, kept } = await generate(where);
    for (const name of kept) {
      const why = complaints.find(one => one.set === name && one.severity === 'broken');
      const what = why === undefined ? '' : `: ${why.path ?? ''} line ${why.line ?? 0}: ${why.what}`;
      process.stderr.write(`tumpline: @${printable(name)}: its last good state stays${printable(what)}\n`);
    }
    return catalogue;
  } catch (error) {
    complain(error);
    return readCatalogue(where);
  }
}

function complain(error: unknown): void {
  const what = error instanceof Error ? error.message : String(error);
  const hint = error instanceof Fault ? error.hint : undefined;
  process.stderr.write(`tumpline: sets: ${what}\n${hint === undefined ? '' : `try: ${hint}\n`}`);
}

async function afterSync(): Promise<void> {
  // Portage's own word on colour is in its variables
  const paint = painter(process.stdout);
  const where = locateAbove(process.argv[2] ?? '');
  const catalogue = await renewed(where);
  const lines = stampOfSynced(where, catalogue);
  const before = readSynced(where);
  const now = presentSets(catalogue);
  if (before !== undefined) {
    const lookup = setLookup(catalogue);
    const changes = setChanges(readSelected(where).sets, lookupBefore(before, catalogue, lookup), lookup);
    if (changes.length > 0) await tell(where, changes, name => paint('set', name));
  }
  writeSynced(where, now, lines);
}

// the hook has timeout(1) do the same, where there is one
setTimeout(() => process.exit(0), 120_000).unref();
afterSync().catch(complain);
