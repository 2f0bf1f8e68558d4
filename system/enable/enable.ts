/**
 * Switching a part on and off in somebody else's tree. First everything is looked at, and a single thing that is not
 * ours refuses the whole; then each deed is recorded before it is done, so that whatever interrupts, the next enable
 * or disable finds its way. Call these under `withEnableLock`.
 */
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import { mkdirs } from '../files.ts';
import { withLock } from '../lock.ts';
import { debug } from '../log.ts';
import type { Places } from '../places.ts';
import { printable } from '../printable.ts';
import { entryFor, find, knownTexts, put, take, tidy } from './deeds.ts';
import type { Entry, Piece } from './pieces.ts';
import {
  clearRecord,
  type EnableRecord,
  noteDirectories,
  readRecord,
  sweep,
  tidyRecord,
  writeRecord,
} from './record.ts';

export interface Deed {
  /** `left`: somebody changed it since, so it is not ours to remove */
  what: 'added' | 'upgraded' | 'present' | 'removed' | 'gone' | 'left';
  kind: Piece['kind'];
  path: string;
}

export function enableState(places: Places): string {
  return places.systemState('enable');
}

/** Keeps every other enable and disable of these roots out; waits so many milliseconds for one. Fault `locked`. */
export function withEnableLock<T>(
  places: Places,
  purpose: string,
  work: () => Promise<T>,
  wait = 0,
): Promise<T> {
  return withLock(join(places.eroot, 'run/tumpline/enable.lock'), { purpose, wait }, work);
}

/** The parts that are on, with what was put where. */
export function enabledParts(places: Places): Record<string, Entry[]> {
  return readRecord(enableState(places)).parts;
}

function at(entries: readonly Entry[], piece: Piece): Entry | undefined {
  return entries.find(entry => entry.kind === piece.kind && entry.path === piece.path);
}

function without(entries: readonly Entry[], gone: Entry): Entry[] {
  return entries.filter(entry => entry.kind !== gone.kind || entry.path !== gone.path);
}

/**
 * Puts every piece there that is missing, or none: a Fault in the middle, or one that `verify` throws at the end,
 * takes back what this call added.
 */
export async function enablePieces(
  places: Places,
  part: string,
  pieces: readonly Piece[],
  verify?: () => Promise<void>,
): Promise<Deed[]> {
  const state = enableState(places);
  tidyRecord(state);
  for (const piece of pieces) tidy(piece);
  const record = readRecord(state);
  const wasOn = Object.hasOwn(record.parts, part);
  const entries = record.parts[part] ?? [];
  const plan = pieces.map(piece => ({ piece, found: find(piece, at(entries, piece)) }));
  for (const { piece, found } of plan) {
    if (found.state === 'foreign')
      throw new Fault('refused', `${printable(piece.path)}: ${found.what}`, { hint: found.hint });
  }
  const added: Entry[] = [];
  const deeds: Deed[] = [];
  try {
    for (const { piece, found } of plan) {
      const old = at(entries, piece);
      if (found.state !== 'present' || old === undefined) {
        const entry = entryFor(piece, found.state === 'absent' ? undefined : old);
        record.parts[part] = [...without(record.parts[part] ?? [], entry), entry];
        noteDirectories(record, entry.end);
        if (found.state === 'absent') added.push(entry);
        writeRecord(state, record);
        if (found.state !== 'present') {
          mkdirs(dirname(entry.end), 0o755);
          put(piece, found);
        }
      }
      const what = ({ absent: 'added', outdated: 'upgraded', present: 'present' } as const)[
        found.state as 'absent'
      ];
      deeds.push({ what, kind: piece.kind, path: piece.path });
      debug('enable', `${part}: ${what}: ${piece.kind} ${piece.path}`);
    }
    if (!Object.hasOwn(record.parts, part)) {
      record.parts[part] = [];
      writeRecord(state, record);
    }
    await verify?.();
  } catch (error) {
    takeBack(state, record, part, added, wasOn);
    throw error;
  }
  return deeds;
}

/** As far as it goes: what cannot be taken back stays in the record, and `disable` comes back to it. */
function takeBack(
  state: string,
  record: EnableRecord,
  part: string,
  added: readonly Entry[],
  wasOn: boolean,
): void {
  try {
    for (const entry of [...added].reverse()) {
      take(entry, []);
      record.parts[part] = without(record.parts[part] ?? [], entry);
    }
    if (!wasOn && record.parts[part]?.length === 0) delete record.parts[part];
    settle(state, record);
  } catch (error) {
    debug('enable', `${part}: not all was taken back: ${error instanceof Error ? error.message : error}`);
  }
}

/** Removes directories that nobody needs any more, and writes what is left of the record. */
function settle(state: string, record: EnableRecord): void {
  if (Object.keys(record.parts).length === 0) {
    clearRecord(state, record);
    return;
  }
  record.directories = sweep(record.directories);
  writeRecord(state, record);
}

/**
 * Takes away what the record tells of the part, and what of `candidates` is there by our own text although no record
 * tells of it. `only` limits that to some of it, and the part stays on.
 */
export function disablePieces(
  places: Places,
  part: string,
  candidates: readonly Piece[],
  only?: (piece: Pick<Piece, 'kind' | 'path'>) => boolean,
): Deed[] {
  const state = enableState(places);
  tidyRecord(state);
  const record = readRecord(state);
  const recorded = record.parts[part] ?? [];
  const unrecorded = candidates
    .filter(piece => at(recorded, piece) === undefined)
    .filter(piece => ['present', 'outdated'].includes(find(piece, undefined).state))
    .map(piece => entryFor(piece, undefined));
  const chosen = [...recorded, ...unrecorded].filter(entry => only?.(entry) ?? true);
  const deeds: Deed[] = [];
  for (const entry of [...chosen].reverse()) {
    tidy(entry);
    const candidate = candidates.find(piece => piece.kind === entry.kind && piece.path === entry.path);
    const result = take(entry, candidate === undefined ? [] : knownTexts(candidate));
    const what = ({ taken: 'removed', gone: 'gone', foreign: 'left' } as const)[result];
    deeds.push({ what, kind: entry.kind, path: entry.path });
    debug('enable', `${part}: ${what}: ${entry.kind} ${entry.path}`);
  }
  if (Object.hasOwn(record.parts, part)) {
    if (only === undefined) delete record.parts[part];
    else record.parts[part] = recorded.filter(entry => !only(entry));
    settle(state, record);
  } else if (Object.keys(record.parts).length === 0) clearRecord(state, record);
  return deeds;
}
