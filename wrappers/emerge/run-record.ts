/** The last run that was shown, kept for `tumpline graph --last`: var/lib/tumpline/emerge/last.json. */
import { join } from 'node:path';
import { readTextIfPresent, writeAtomic } from '../../system/files.ts';
import type { Places } from '../../system/places.ts';
import { type GraphDocument, parseGraphDocument } from './graph-document.ts';

function recordPath(folder: string): string {
  return join(folder, 'last.json');
}

export function keepRun(places: Places, document: GraphDocument): void {
  writeAtomic(recordPath(places.state('emerge')), `${JSON.stringify(document)}\n`);
}

/** The newer of the caller's own record and the system's. */
export function lastRun(places: Places): GraphDocument | undefined {
  const found = [places.state('emerge'), places.systemState('emerge')].flatMap(folder => {
    const text = readTextIfPresent(recordPath(folder));
    return (text === undefined ? undefined : parseGraphDocument(text)) ?? [];
  });
  return found.sort((a, b) => (b.run.started ?? 0) - (a.run.started ?? 0))[0];
}
