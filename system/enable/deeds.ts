/** Looking at, putting and taking away one piece. Nothing here decides whether it should be done. */
import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync, renameSync, symlinkSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { announce } from '../effects.ts';
import {
  fileFault,
  linkEnd,
  lstatIfPresent,
  removeFile,
  removeTemporaries,
  removeTemporariesBeside,
  statIfPresent,
  syncDirectory,
  writeAtomic,
} from '../files.ts';
import { printable } from '../printable.ts';
import { addLine, dropLine, hasLine, replaceLine, strangeLines } from './marked-line.ts';
import type { Entry, Found, LinePiece, LinkPiece, Piece } from './pieces.ts';

function sha256(bytes: string): string {
  return createHash('sha256').update(Buffer.from(bytes, 'latin1')).digest('hex');
}

/** The file's bytes as Latin-1, undefined where there is none. */
function bytesOf(path: string): string | undefined {
  if (statIfPresent(path) === undefined) return undefined;
  try {
    return readFileSync(path, 'latin1');
  } catch (error) {
    throw fileFault(error, path);
  }
}

function utf8(text: string): string {
  return Buffer.from(text).toString('latin1');
}

function kindOf(path: string): string {
  const found = lstatIfPresent(path);
  if (found?.isSymbolicLink()) return `a link to ${printable(readlinkSync(path))}`;
  if (found?.isDirectory()) return 'a directory';
  return found?.isFile() ? 'a file' : 'neither a file nor a link';
}

function findLink(piece: LinkPiece, entry: Entry | undefined): Found {
  const found = lstatIfPresent(piece.path);
  if (found === undefined) return { state: 'absent' };
  const says = found.isSymbolicLink() ? readlinkSync(piece.path) : undefined;
  if (says === piece.target) return { state: 'present' };
  if (says !== undefined && entry !== undefined && [entry.text, entry.was].includes(says))
    return { state: 'outdated' };
  return {
    state: 'foreign',
    what: `is ${kindOf(piece.path)} that tumpline did not put there`,
    hint: `mv ${printable(piece.path)} ${printable(piece.path)}.old${piece.otherwise === undefined ? '' : `, or ${piece.otherwise}`}`,
  };
}

function findLine(piece: LinePiece): Found {
  const end = linkEnd(piece.path);
  const status = statIfPresent(end);
  if (status !== undefined && !status.isFile())
    return { state: 'foreign', what: `is ${kindOf(end)}`, hint: `add by hand: ${piece.line}` };
  const text = bytesOf(end) ?? '';
  const known = [piece.line, ...piece.earlier];
  const strange = strangeLines(text, piece.mark, known);
  if (strange.length > 0) {
    const what = `line ${strange[0]} carries the mark '${piece.mark}', but is no line that tumpline wrote`;
    return { state: 'foreign', what, hint: `put in its place: ${piece.line}` };
  }
  if (hasLine(text, piece.earlier)) return { state: 'outdated' };
  return { state: hasLine(text, [piece.line]) ? 'present' : 'absent' };
}

/** What is at the piece's place. `entry` is what the record says of that place. */
export function find(piece: Piece, entry: Entry | undefined): Found {
  if (piece.kind === 'link') return findLink(piece, entry);
  if (piece.kind === 'line') return findLine(piece);
  const status = lstatIfPresent(piece.path);
  if (status === undefined) return { state: 'absent' };
  const text = status.isFile() ? bytesOf(piece.path) : undefined;
  if (text === utf8(piece.text)) return { state: 'present' };
  if (text !== undefined && piece.earlier.some(earlier => utf8(earlier) === text))
    return { state: 'outdated' };
  if (text !== undefined && entry !== undefined && [entry.text, entry.was].includes(sha256(text)))
    return { state: 'outdated' };
  return {
    state: 'foreign',
    what: `is ${kindOf(piece.path)} that tumpline did not write`,
    hint: `put into it by hand: ${printable(piece.text.trimEnd())}`,
  };
}

/** What the record will say of the piece once it is there; `old` is what it says of that place now. */
export function entryFor(piece: Piece, old: Entry | undefined): Entry {
  const end = piece.kind === 'link' ? piece.path : linkEnd(piece.path);
  const text =
    piece.kind === 'link' ? piece.target : piece.kind === 'line' ? piece.line : sha256(utf8(piece.text));
  if (old !== undefined && old.end === end) return { ...old, text, was: old.text };
  const entry: Entry = { kind: piece.kind, path: piece.path, end, text, was: '', before: null, joint: '' };
  const bytes = piece.kind === 'line' ? bytesOf(end) : undefined;
  if (piece.kind !== 'line' || bytes === undefined) return entry;
  if (hasLine(bytes, [piece.line, ...piece.earlier])) return { ...entry, before: { sha256: '', mtime: 0 } };
  const before = { sha256: sha256(bytes), mtime: statIfPresent(end)?.mtimeMs ?? 0 };
  return { ...entry, before, joint: addLine(bytes, piece.line).joint };
}

function putLink(piece: LinkPiece, replaces: boolean): void {
  try {
    if (!replaces) {
      announce('link', piece.path);
      symlinkSync(piece.target, piece.path);
    } else {
      const temporary = join(dirname(piece.path), `.${basename(piece.path)}.tumpline-${process.pid}-0`);
      announce('link', temporary);
      symlinkSync(piece.target, temporary);
      announce('rename', piece.path);
      renameSync(temporary, piece.path);
    }
    syncDirectory(dirname(piece.path));
  } catch (error) {
    throw fileFault(error, piece.path);
  }
}

/** Puts the piece there; its directory exists. `found` is what `find` has just said: absent or outdated. */
export function put(piece: Piece, found: Found): void {
  if (piece.kind === 'link') putLink(piece, found.state === 'outdated');
  else if (piece.kind === 'file') writeAtomic(piece.path, piece.text);
  else {
    const end = linkEnd(piece.path);
    const text = bytesOf(end) ?? '';
    const known = [piece.line, ...piece.earlier];
    const after = hasLine(text, known)
      ? replaceLine(text, known, piece.line)
      : addLine(text, piece.line).text;
    writeAtomic(end, Buffer.from(after, 'latin1'));
  }
}

function setTime(path: string, milliseconds: number): void {
  try {
    announce('utimes', path);
    utimesSync(path, Date.now() / 1000, milliseconds / 1000);
  } catch (error) {
    throw fileFault(error, path);
  }
}

function takeLine(entry: Entry, known: readonly string[]): boolean {
  const text = bytesOf(entry.end);
  const lines = [entry.text, ...(entry.was === '' ? [] : [entry.was]), ...known];
  if (text === undefined || !hasLine(text, lines)) return false;
  const bare = dropLine(text, lines);
  const unjoined =
    entry.joint !== '' && bare.endsWith(entry.joint) ? bare.slice(0, -entry.joint.length) : bare;
  const same = entry.before !== null && sha256(unjoined) === entry.before.sha256;
  if (entry.before === null && bare === '') removeFile(entry.end);
  else writeAtomic(entry.end, Buffer.from(same ? unjoined : bare, 'latin1'));
  if (same && entry.before !== null) {
    setTime(entry.end, entry.before.mtime);
  }
  return true;
}

/**
 * Takes away what the entry tells of, as far as it is still ours. `known` are further texts of ours for that place
 * (lines, or SHA-256 of files). Says `gone` when there was nothing, `foreign` when it is somebody else's now.
 */
export function take(entry: Entry, known: readonly string[]): 'taken' | 'gone' | 'foreign' {
  if (entry.kind === 'line') return takeLine(entry, known) ? 'taken' : 'gone';
  const found = lstatIfPresent(entry.path);
  if (found === undefined) return 'gone';
  if (entry.kind === 'link') {
    if (!found.isSymbolicLink() || ![entry.text, entry.was].includes(readlinkSync(entry.path)))
      return 'foreign';
  } else {
    const text = found.isFile() ? bytesOf(entry.path) : undefined;
    if (text === undefined || ![entry.text, entry.was, ...known].includes(sha256(text))) return 'foreign';
  }
  removeFile(entry.path);
  syncDirectory(dirname(entry.path));
  return 'taken';
}

/** The texts of ours for the piece's place, in the form that `take` wants. */
export function knownTexts(piece: Piece): string[] {
  if (piece.kind === 'link') return [];
  if (piece.kind === 'line') return [piece.line, ...piece.earlier];
  return [piece.text, ...piece.earlier].map(text => sha256(utf8(text)));
}

/** Removes what a killed process left half-written beside the place. */
export function tidy(piece: Pick<Piece, 'kind' | 'path'>): void {
  if (piece.kind === 'line') removeTemporaries(piece.path);
  else removeTemporariesBeside(piece.path);
}
