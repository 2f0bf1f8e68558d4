/** Started by the hook after a sync: regenerates the sets that Portage reads, and tells what changed in the selected ones. */
import { parseDepclean } from '../portage/files/depclean-output.ts';
import { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { debug } from '../system/log.ts';
import { painter } from '../system/paint.ts';
import { locateAbove } from '../system/portage-above.ts';
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
