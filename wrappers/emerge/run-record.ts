/** The last runs that were shown, one file each, kept for `tumpline graph`: var/lib/tumpline/emerge/run-STARTED-PID.json. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { errnoOf, fileFault, removeFile, writeAtomic } from '../../system/files.ts';
import { debug } from '../../system/log.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import type { Places } from '../../system/places.ts';
import { type GraphDocument, listedOf, parseGraphDocument } from './graph-document.ts';

const mostRuns = 20;
/** Of a thousand packages it is some hundred KiB. */
const largestRecord = 32 * 1024 * 1024;
/** Where versions before this one kept the one run that they knew. */
const formerName = 'last.json';

interface RecordName {
  readonly name: string;
  /** Epoch seconds. */
  readonly started: number;
  readonly pid: number;
}

/** The records in a folder, the newest run first. */
function recordNames(folder: string): RecordName[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'EACCES') return [];
    throw fileFault(error, folder);
  }
  return names
    .flatMap((name): RecordName[] => {
      const found = /^run-(\d{1,15})-(\d{1,15})\.json$/.exec(name);
      return found ? [{ name, started: Number(found[1]), pid: Number(found[2]) }] : [];
    })
    .sort((a, b) => b.started - a.started || a.pid - b.pid);
}

function readRecord(path: string): GraphDocument | undefined {
  try {
    const text = readOrdinaryText(path, largestRecord);
    const document = text === undefined ? undefined : parseGraphDocument(text);
    if (text !== undefined && document === undefined) debug('record', `${path}: not a run`);
    return document;
  } catch (error) {
    debug('record', error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

function listed(document: GraphDocument): number {
  return listedOf(document).length;
}

/**
 * Writes the run down; the oldest go. Who joined late, and saw the list when it was shorter, leaves what another has
 * written of the same run.
 */
export function keepRun(places: Places, document: GraphDocument): void {
  const folder = places.state('emerge');
  const { started, pid } = document.run;
  const own = { started: started ?? 0, pid: pid ?? 0 };
  const names = recordNames(folder);
  // two that look at the same process may differ in the second of its beginning
  const same = names.find(one => one.pid === own.pid && Math.abs(one.started - own.started) <= 2);
  const path = join(folder, same?.name ?? `run-${own.started}-${own.pid}.json`);
  const before = same === undefined ? undefined : readRecord(path);
  if (before !== undefined && listed(before) > listed(document)) return;
  writeAtomic(path, `${JSON.stringify(document)}\n`);
  // the clock may have been set back: what was just written stays
  const others = names.filter(one => one !== same);
  for (const { name } of others.slice(mostRuns - 1)) removeFile(join(folder, name));
  if (others.length >= mostRuns - 1) removeFile(join(folder, formerName));
}

/** The caller's own records and the system's, the newest first; what cannot be read is passed over. */
export function keptRuns(places: Places): GraphDocument[] {
  const folders = new Set([places.state('emerge'), places.systemState('emerge')]);
  const runs = new Map<string, GraphDocument>();
  for (const folder of folders) {
    for (const name of [...recordNames(folder).map(one => one.name), formerName]) {
      const document = readRecord(join(folder, name));
      if (document === undefined) continue;
      const key = `${document.run.started} ${document.run.pid}`;
      const known = runs.get(key);
      if (known === undefined || listed(document) > listed(known)) runs.set(key, document);
    }
  }
  const started = ({ run }: GraphDocument) => run.started ?? 0;
  return [...runs.values()].sort((a, b) => started(b) - started(a)).slice(0, mostRuns);
}

export function lastRun(places: Places): GraphDocument | undefined {
  return keptRuns(places)[0];
}
