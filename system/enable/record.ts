/** `var/lib/tumpline/enable/state.json`: what was put where, written before it is put there. */
import { dirname, join } from 'node:path';
import { Fault } from '../fault.ts';
import {
  mkdirs,
  readTextIfPresent,
  removeEmptyDirectory,
  removeFile,
  removeTemporaries,
  statIfPresent,
  writeAtomic,
} from '../files.ts';
import { printable } from '../printable.ts';
import type { Entry } from './pieces.ts';

const schema = 'tumpline.enable.state/1';

export interface EnableRecord {
  /** the part's deeds */
  parts: Record<string, Entry[]>;
  /** directories that were not there before, the topmost first */
  directories: string[];
}

function recordFile(stateDirectory: string): string {
  return join(stateDirectory, 'state.json');
}

function isEntry(value: unknown): value is Entry {
  if (typeof value !== 'object' || value === null) return false;
  const { kind, path, end, text, was, before, joint } = value as Record<string, unknown>;
  const known = kind === 'link' || kind === 'line' || kind === 'file';
  const strings = [path, end, text, was, joint].every(item => typeof item === 'string');
  if (!known || !strings || !String(path).startsWith('/') || !String(end).startsWith('/')) return false;
  if (before === null) return true;
  if (typeof before !== 'object') return false;
  const { sha256, mtime } = before as Record<string, unknown>;
  return typeof sha256 === 'string' && typeof mtime === 'number';
}

function parse(text: string): EnableRecord | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { schema: found, parts, directories } = value as Record<string, unknown>;
  if (found !== schema || typeof parts !== 'object' || parts === null || !Array.isArray(directories))
    return undefined;
  if (!directories.every(item => typeof item === 'string' && item.startsWith('/'))) return undefined;
  if (!Object.values(parts).every(list => Array.isArray(list) && list.every(isEntry))) return undefined;
  return { parts: { ...(parts as Record<string, Entry[]>) }, directories: [...(directories as string[])] };
}

/** The record, empty where there is none. Fault `invalid` for one that cannot be understood. */
export function readRecord(stateDirectory: string): EnableRecord {
  const file = recordFile(stateDirectory);
  const text = readTextIfPresent(file);
  if (text === undefined) return { parts: {}, directories: [] };
  const record = parse(text);
  if (record !== undefined) return record;
  throw new Fault('invalid', `${printable(file)}: not a record of this version of tumpline`, {
    hint: `mv ${printable(file)} ${printable(file)}.old`,
  });
}

/** Makes the record last; its own directories count among those made. */
export function writeRecord(stateDirectory: string, record: EnableRecord): void {
  noteDirectories(record, recordFile(stateDirectory));
  mkdirs(stateDirectory, 0o755);
  writeAtomic(recordFile(stateDirectory), `${JSON.stringify({ schema, ...record }, undefined, 1)}\n`, {
    mode: 0o644,
  });
}

/** Takes the record away, and with it every directory that was made and is empty now. */
export function clearRecord(stateDirectory: string, record: EnableRecord): void {
  const own = (directory: string) =>
    stateDirectory === directory || stateDirectory.startsWith(`${directory}/`);
  sweep(record.directories.filter(directory => !own(directory)));
  removeFile(recordFile(stateDirectory));
  sweep([...record.directories.filter(own), stateDirectory, dirname(stateDirectory)]);
}

/** Removes those that are empty, the deepest first. Returns those that stay. */
export function sweep(directories: readonly string[]): string[] {
  const deepest = [...directories].sort((a, b) => b.length - a.length);
  const left = new Set(deepest.filter(directory => !removeEmptyDirectory(directory)));
  return directories.filter(directory => left.has(directory));
}

/** What a killed process left half-written beside the record. */
export function tidyRecord(stateDirectory: string): void {
  removeTemporaries(recordFile(stateDirectory));
}

/** Adds the directories that have to be made before there can be something at `path`. */
export function noteDirectories(record: EnableRecord, path: string): void {
  const missing: string[] = [];
  for (let at = dirname(path); statIfPresent(at) === undefined && at !== dirname(at); at = dirname(at))
    missing.unshift(at);
  record.directories.push(...missing.filter(directory => !record.directories.includes(directory)));
}
