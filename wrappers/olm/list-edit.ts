/** Adding and removing lines of the user's list. Every other byte of its files stays. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseListedAtom, type Selection } from '../../portage/files/overlay-list.ts';
import { Fault } from '../../system/fault.ts';
import { fileFault, statIfPresent, writeAtomic } from '../../system/files.ts';
import { nearest } from '../../system/nearest.ts';
import { printable } from '../../system/printable.ts';
import { readSelections } from './list.ts';

export interface Wanted {
  /** As it is to stand in the list. */
  readonly text: string;
  readonly repo: string;
}

type Line = Pick<Selection, 'text' | 'file' | 'line'>;

export interface Added {
  readonly added: readonly Line[];
  /** Was there already, word for word. */
  readonly present: readonly Line[];
}

/** The selection that a word of a command line means. Fault: invalid, with what is wrong with it. */
export function selectionOf(text: string): Wanted {
  const listed = parseListedAtom(text);
  if (listed.atom?.repo !== undefined) return { text, repo: listed.atom.repo };
  const hint = 'hint' in listed ? listed.hint : undefined;
  throw new Fault(
    'invalid',
    printable(listed.what ?? text),
    hint === undefined ? {} : { hint: asCommand(hint) },
  );
}

function asCommand(hint: string): string {
  return hint.startsWith('olm ') ? printable(hint) : `olm add '${printable(hint)}'`;
}

/**
 * Adds lines that are not there yet: to the list, where it is a file; else to the file in it that has the last line of
 * that overlay, or to `olm` in it. Faults: failed; then nothing is changed unless a disk gave up half-way.
 */
export function addSelections(overlayman: string, wanted: readonly Wanted[]): Added {
  const { selections } = readSelections(overlayman);
  const present: Line[] = [];
  const added: Line[] = [];
  const additions = new Map<string, string[]>();
  for (const { text, repo } of new Map(wanted.map(one => [one.text, one])).values()) {
    const there = selections.find(selection => selection.text === text);
    if (there) present.push({ text, file: there.file, line: there.line });
    else {
      const file = fileFor(overlayman, repo, selections);
      additions.set(file, [...(additions.get(file) ?? []), text]);
    }
  }
  for (const [file, lines] of additions) {
    const found = statIfPresent(file);
    // a fifo would be waited for
    if (found !== undefined && !found.isFile())
      throw new Fault('failed', `${printable(file)}: is not a regular file`, {
        hint: `ls -l ${printable(file)}`,
      });
    const before = found === undefined ? '' : bytesOf(file);
    const end = /\r\n$/.test(before) ? '\r\n' : '\n';
    const start = before === '' || /[\r\n]$/.test(before) ? before : `${before}${end}`;
    writeAtomic(file, Buffer.from(start + lines.map(line => line + end).join(''), 'latin1'));
    const first = linesOf(start).length + 1;
    added.push(...lines.map((text, index) => ({ text, file, line: first + index })));
  }
  return { added, present };
}

function fileFor(overlayman: string, repo: string, selections: readonly Selection[]): string {
  const list = join(overlayman, 'packages');
  if (statIfPresent(list)?.isDirectory() !== true) return list;
  return selections.findLast(({ atom }) => atom.repo === repo)?.file ?? join(list, 'olm');
}

/**
 * Takes out the lines that are these words: an atom as it is written in the list, or `category/package`, which means
 * every line about it, while all of them are about one overlay. Faults: missing, refused, failed; then nothing is changed.
 */
export function removeSelections(overlayman: string, words: readonly string[]): Selection[] {
  const { selections } = readSelections(overlayman);
  const removed = new Set(words.flatMap(word => meant(word, selections)));
  const files = new Map<string, Set<number>>();
  for (const { file, line } of removed) files.set(file, (files.get(file) ?? new Set()).add(line));
  for (const [file, lines] of files) {
    const kept = linesOf(bytesOf(file)).filter((_, index) => !lines.has(index + 1));
    writeAtomic(file, Buffer.from(kept.join(''), 'latin1'));
  }
  return selections.filter(selection => removed.has(selection));
}

function meant(word: string, selections: readonly Selection[]): Selection[] {
  const exact = selections.filter(({ text }) => text === word);
  if (exact.length > 0) return exact;
  const about = selections.filter(({ atom }) => atom.cp === word);
  const overlays = new Set(about.map(({ atom }) => atom.repo));
  if (overlays.size > 1)
    throw new Fault('refused', `${printable(word)}: listed of ${[...overlays].sort().join(' and ')}`, {
      hint: `olm remove '${about[0]?.text}'`,
    });
  if (about.length > 0) return about;
  // without its version, or with another
  const { atom } = parseListedAtom(word);
  const similar = selections.find(one => one.atom.cp === atom?.cp && one.atom.repo === atom?.repo);
  const near =
    similar?.text ??
    nearest(
      word,
      selections.map(({ text }) => text),
    ) ??
    selections.find(
      one =>
        one.atom.cp ===
        nearest(
          word,
          selections.map(two => two.atom.cp),
        ),
    )?.text;
  throw new Fault('missing', `${printable(word)}: not in the list`, {
    hint: near === undefined ? 'olm list' : `olm remove '${near}'`,
  });
}

/** The file a character a byte: whatever stands in its comments stays. */
function bytesOf(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch (error) {
    throw fileFault(error, file);
  }
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+$/g) ?? [];
}
