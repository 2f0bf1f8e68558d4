/**
 * What `tumpline disable sets` leaves behind: files that Portage reads by itself, with all that it read in the generated
 * ones. A source that it cannot read is put aside, and taken back when the part is switched on again.
 */
import { createHash } from 'node:crypto';
import { linkSync, readdirSync, readlinkSync, renameSync, rmSync, symlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseSetFile } from '../portage/files/set-file.ts';
import { announce } from '../system/effects.ts';
import { Fault } from '../system/fault.ts';
import {
  fileFault,
  lstatIfPresent,
  removeEmptyDirectory,
  removeFile,
  syncDirectory,
  writeAtomic,
} from '../system/files.ts';
import { readGeneration } from '../system/generation.ts';
import type { Located } from '../system/locate.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { writingFault } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import { type Catalogue, type SetSource, setsState } from './catalogue.ts';
import { generate } from './generate.ts';
import { readSetText } from './lookup.ts';
import { removePerSetFiles } from './per-set-files.ts';
import { stampFile } from './stamp.ts';
import { syncedFiles } from './synced.ts';

const mark = '# written by "tumpline disable sets"; what it was made of is in';

/** Where a source waits that is not for Portage: a name that it passes over. */
function aside(path: string): string {
  return join(dirname(path), `.${basename(path)}.source`);
}

function freeAside(path: string): string {
  for (let number = 1; ; number += 1) {
    const place = number === 1 ? aside(path) : `${aside(path)}-${number}`;
    if (lstatIfPresent(place) === undefined) return place;
  }
}

/** The same file, or a link that says the same, under another name: it keeps owner, mode and time. */
function secondName(path: string, other: string): void {
  try {
    announce('link', other);
    if (lstatIfPresent(path)?.isSymbolicLink()) symlinkSync(readlinkSync(path), other);
    else linkSync(path, other);
  } catch (error) {
    throw fileFault(error, other);
  }
  syncDirectory(dirname(other));
}

/** As `writeAtomic`, but what is there gives way even where it is a link. */
function replace(path: string, text: string): void {
  const fresh = join(dirname(path), `.${basename(path)}.flat`);
  removeFile(fresh);
  writeAtomic(fresh, text);
  move(fresh, path);
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function entriesOf(text: string): string {
  return parseSetFile(text)
    .entries.map(entry => (entry.kind === 'set' ? `@${entry.name}` : 'text' in entry ? entry.text : ''))
    .sort()
    .join('\n');
}

interface Change {
  readonly source: SetSource;
  readonly target: string;
  /** Of the generated set, its first line left out. */
  readonly text: string;
}

/** What has to be written so that Portage sees the same sets without us, or why it cannot be done. */
function planned(
  catalogue: Catalogue,
  generated: ReadonlyMap<string, string>,
): { changes: Change[]; lost: string[] } {
  const changes: Change[] = [];
  const lost: string[] = [];
  for (const source of catalogue.sets.values()) {
    const { name, path, file, origin, shadows, repository } = source;
    if (origin !== 'user' || path === undefined || file === undefined) continue;
    const made = generated.get(`sets/${file}`);
    const text = made?.slice(made.indexOf('\n') + 1);
    const own = readSetText(path);
    const other = repository ?? shadows.find(one => !one.startsWith('/'));
    const target = catalogue.usual === undefined ? undefined : join(catalogue.usual, file);
    if (other !== undefined) lost.push(`@${name}: Portage would take that of ${other}`);
    else if (own.problems.length > 0 || text === undefined)
      lost.push(
        `@${name}: ${path} line ${own.problems[0]?.line ?? 1}: ${own.problems[0]?.what ?? 'not usable'}`,
      );
    else if (target === undefined) lost.push(`@${name}: [usersets] has no directory`);
    else if (path === target && own.native && entriesOf(readOrdinaryText(path) ?? '') === entriesOf(text))
      continue;
    else if (path !== target && readOrdinaryText(target) !== undefined)
      lost.push(`@${name}: ${target} is there already, though ${path} holds`);
    else changes.push({ source, target, text });
  }
  return { changes, lost };
}

/** Faults: `refused`, with all that would be lost. Returns lines to tell. */
export async function writeBack(located: Located, environment: NodeJS.ProcessEnv): Promise<string[]> {
  const { state, catalogue, kept } = await generate(located, { environment, force: true });
  if (state === 'off') return [];
  const how = 'tumpline sets check';
  if (state === 'unwritable')
    throw writingFault(setsState(located)) ?? new Fault('failed', 'sets: try it again', { hint: how });
  const { changes, lost } = planned(catalogue, readGeneration(setsState(located)));
  const [first] = kept;
  if (lost.length > 0 || first !== undefined) {
    const what = lost.length > 0 ? lost.map(printable).join('; ') : `@${first} is in force as it was last`;
    throw new Fault('refused', `sets: would be lost without the generated ones: ${what}`, { hint: how });
  }
  return changes.map(({ source, target, text }) => {
    const from = source.path === target ? freeAside(target) : source.path;
    // at no moment is there no set of that name
    if (source.path === target && from !== undefined) secondName(target, from);
    replace(target, `${mark} ${from} ${sumOf(text)}\n${text}`);
    return `@${source.name}: wrote ${printable(target)}, out of ${printable(from ?? '')}`;
  });
}

function move(from: string, to: string): void {
  try {
    announce('rename', to);
    renameSync(from, to);
  } catch (error) {
    throw fileFault(error, from);
  }
  syncDirectory(dirname(to));
}

/** Puts the sources back that `writeBack` put aside, unless somebody has changed what it wrote. Returns lines to tell. */
export function takeBack(catalogue: Catalogue): string[] {
  const notes: string[] = [];
  for (const directory of new Set([catalogue.usual, ...catalogue.directories])) {
    for (const path of directory === undefined ? [] : filesBelow(directory)) {
      const text = readOrdinaryText(path) ?? '';
      if (!text.startsWith(mark)) continue;
      const end = text.indexOf('\n');
      const [, from = '', sum] = /^(.*) ([0-9a-f]{16})$/.exec(text.slice(mark.length + 1, end)) ?? [];
      if (sumOf(text.slice(end + 1)) !== sum)
        notes.push(`${printable(path)} was changed since; ${printable(from)} stays aside`);
      else if (from.startsWith(aside(path))) move(from, path);
      else if (readOrdinaryText(from) !== undefined) removeFile(path);
    }
  }
  return notes;
}

function filesBelow(directory: string): string[] {
  try {
    return readdirSync(directory, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile() && !entry.name.startsWith('.'))
      .map(entry => join(entry.parentPath, entry.name));
  } catch {
    return [];
  }
}

/** Portage does not look at them any more. */
export function removeGenerated(located: Located): void {
  const base = setsState(located);
  removePerSetFiles(located);
  for (const name of ['generated', 'generated-repositories', 'current', 'paths', 'members.json'])
    removeFile(join(base, name));
  for (const path of [stampFile(located), ...syncedFiles(located)]) removeFile(path);
  for (const name of namesIn(base)) {
    if (name.startsWith('generation-')) rmSync(join(base, name), { recursive: true, force: true });
  }
  if (removeEmptyDirectory(base)) removeEmptyDirectory(dirname(base));
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
