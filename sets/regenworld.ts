/** world and world_sets made anew from emerge.log: what stands in them stays, what the log tells is added. */
import { parseAtom } from '../portage/atom.ts';
import { type LogEvent, parseLogLine } from '../portage/files/emerge-log.ts';
import { type RecordedPackage, recordedAtom, worldHistory } from '../portage/world-history.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent, writeAtomic } from '../system/files.ts';
import type { Located } from '../system/locate.ts';
import { logEnd } from '../system/log-end.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { emergeLogPath } from '../system/portage-log.ts';
import { portageSets } from '../system/portage-sets.ts';
import { type Installed, readInstalledNames } from './installed.ts';
import { readSelected, worldFile, worldSetsFile } from './selected.ts';

interface Addition {
  /** As it would stand in the file. */
  readonly text: string;
  /** When it was asked for, in seconds since the epoch. */
  readonly time: number;
}

interface LeftOut {
  readonly text: string;
  readonly time: number;
  readonly why: 'not installed' | 'part of @system' | 'several packages have this name' | 'no such set';
}

export interface RegeneratedFile {
  readonly path: string;
  readonly before: readonly string[];
  /** Sorted, as Portage writes it. */
  readonly after: readonly string[];
  readonly added: readonly Addition[];
}

export interface RegeneratedWorld {
  readonly log: string;
  readonly world: RegeneratedFile;
  readonly worldSets: RegeneratedFile;
  readonly leftOut: readonly LeftOut[];
}

const telling = ['*** emerge', '*** terminating', ' emerge (', 'Updating world', '>>> unmerge success'];

function* eventsOf(path: string): Generator<LogEvent> {
  for (const lines of logEnd(path, Number.POSITIVE_INFINITY))
    for (const line of lines) {
      if (!telling.some(part => line.includes(part))) continue;
      const event = parseLogLine(Buffer.from(line, 'latin1').toString('utf8'));
      if (event !== undefined) yield event;
    }
}

/** Packages that @system holds: world does not record them. */
async function systemPackages(located: Located): Promise<ReadonlySet<string>> {
  const { sets } = await portageSets(located, { sets: ['system'] });
  const atoms = sets.get('system')?.atoms ?? [];
  return new Set(atoms.flatMap(text => parseAtom(text, { allowRepo: true })?.cp ?? []));
}

/** `isWorldCandidate` answers for a set's name; undefined where there is no such set. Fault: no log. */
export async function regenerateWorld(
  located: Located,
  isWorldCandidate: (name: string) => boolean | undefined,
): Promise<RegeneratedWorld> {
  const log = emergeLogPath(located);
  if (!statIfPresent(log)?.isFile())
    throw new Fault('missing', `${log}: no such file, and nothing else tells what was asked for`, {
      hint: 'tumpline sets dump',
    });
  const system = await systemPackages(located);
  const history = worldHistory(eventsOf(log), located.root);
  const before = readSelected(located);
  const installed = await readInstalledNames(located);
  const leftOut: LeftOut[] = [];
  const packages = history.packages.flatMap(one => worldEntry(one, installed, system, leftOut));
  const sets = history.sets.flatMap(({ name, time }): Addition[] => {
    const candidate = isWorldCandidate(name);
    if (candidate === undefined) leftOut.push({ text: `@${name}`, time, why: 'no such set' });
    return candidate ? [{ text: `@${name}`, time }] : [];
  });
  const covered = (text: string) => {
    const atom = parseAtom(text, { allowRepo: true });
    return atom !== undefined && before.world.includes(atom.cp);
  };
  return {
    log,
    world: file(worldFile(located), before.world, packages, covered),
    worldSets: file(
      worldSetsFile(located),
      before.sets.map(name => `@${name}`),
      sets,
      () => false,
    ),
    leftOut,
  };
}

/** None or one; why it is none goes to `leftOut`. */
function worldEntry(
  recorded: RecordedPackage,
  installed: Installed,
  system: ReadonlySet<string>,
  leftOut: LeftOut[],
): Addition[] {
  const { time } = recorded;
  const leave = (why: LeftOut['why']): [] => {
    leftOut.push({ text: recordedAtom(recorded).replace(/^null\//, ''), time, why });
    return [];
  };
  const bare = recorded.cp.startsWith('null/') ? recorded.cp.slice(4) : undefined;
  const cps = bare === undefined ? [recorded.cp] : [...installed.cps].filter(cp => cp.endsWith(bare));
  const atoms = cps.flatMap(cp => parseAtom(recordedAtom({ ...recorded, cp }), { allowRepo: true }) ?? []);
  const there = atoms.filter(atom => installed.match(atom).length > 0);
  const [atom] = there;
  if (atom === undefined) return leave('not installed');
  if (there.length > 1) return leave('several packages have this name');
  if (atom.slot === undefined && atom.repo === undefined && system.has(atom.cp))
    return leave('part of @system');
  return [{ text: recordedAtom({ ...recorded, cp: atom.cp }), time }];
}

function file(
  path: string,
  before: readonly string[],
  told: readonly Addition[],
  covered: (text: string) => boolean,
): RegeneratedFile {
  const fresh = new Map<string, Addition>();
  for (const one of told) if (!before.includes(one.text)) fresh.set(one.text, one);
  for (const text of fresh.keys()) if (covered(text)) fresh.delete(text);
  const added = [...fresh.values()].sort((a, b) => (a.text < b.text ? -1 : 1));
  const after = [...before, ...added.map(({ text }) => text)].sort();
  return { path, before: [...before].sort(), after, added };
}

/**
 * Writes what was added, to the file as it is now: an emerge may have recorded something meanwhile. Returns the path
 * of the copy of the old file; undefined where there was none, or nothing is added.
 */
export function writeRegenerated({ path, added }: RegeneratedFile, suffix: string): string | undefined {
  if (added.length === 0) return undefined;
  const text = readOrdinaryText(path);
  const backup = `${path}.${suffix}`;
  const old = statIfPresent(path);
  if (text !== undefined) writeAtomic(backup, text, old === undefined ? {} : { mode: old.mode & 0o7777 });
  const kept = (text ?? '').split('\n').filter(line => line.trim() !== '');
  const lines = [...new Set([...kept, ...added.map(one => one.text)])].sort();
  writeAtomic(path, lines.map(line => `${line}\n`).join(''));
  return text === undefined ? undefined : backup;
}
