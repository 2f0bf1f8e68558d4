/** `tumpline sets check [NAME…] [--fix]`: what is wrong, file and line, and what to type next. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { evaluateSet } from '../portage/set-evaluate.ts';
import { lintRepositorySets, repositorySets } from '../repo-template/lint.ts';
import { findSet, setsState } from '../sets/catalogue.ts';
import { checkSets, type SetComplaint } from '../sets/check.ts';
import { type Fix, fixSetText } from '../sets/fix.ts';
import { flagNotes } from '../sets/flag-notes.ts';
import { generate } from '../sets/generate.ts';
import { setLookup } from '../sets/lookup.ts';
import { membersNow, remember } from '../sets/memory.ts';
import { installedIn, readMoves } from '../sets/moves.ts';
import { stampHolds } from '../sets/stamp.ts';
import { Fault } from '../system/fault.ts';
import { writeAtomic } from '../system/files.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { writingFault } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation, word } from './command.ts';
import { warn } from './report.ts';
import { type Desk, placeText, setNamed, setsDesk } from './sets.ts';
import { withoutPortage } from './sets-facts.ts';

interface Fixed extends Fix {
  readonly path: string;
}

const mostPerFile = 20;

/** Exit status 1 when something is wrong. */
export async function setsCheck(invocation: Invocation): Promise<number> {
  const repository = word(invocation, 'repository');
  if (repository !== undefined) return repositoryCheck(invocation, repository);
  const desk = await setsDesk(invocation);
  const { catalogue, selected, located } = desk;
  const moved = readMoves(catalogue, installedIn(located));
  const names = namesToCheck(desk, invocation.positionals);
  const fixed = flag(invocation, 'fix') ? fixAll(desk, names, moved) : [];
  const complaints = [...general(desk), ...checkSets(catalogue, names, { selected, moved })];
  // what Portage reads is made anew, and what only shows there is told with the rest
  const made = await generate(located, { force: true });
  if (made.state === 'off') {
    const { lookup, context } = await withoutPortage(desk);
    remember(located, membersNow(selected.sets, lookup, context));
  }
  for (const one of made.complaints) {
    const known = complaints.some(
      ({ set, code, line, path }) =>
        set === one.set && code === one.code && line === one.line && path === one.path,
    );
    if (!known && (names.includes(one.set) || one.set === 'world')) complaints.push(one);
  }
  const hindrance =
    made.state === 'unwritable' && !stampHolds(located) ? writingFault(setsState(located)) : undefined;
  if (hindrance !== undefined) complaints.push(notRenewed(hindrance));
  complaints.push(...(await flagNotes(located, catalogue, names)));
  return told(invocation, names, complaints, fixed);
}

/** That Portage goes on with the sets as they were made last. */
function notRenewed({ message, hint = '' }: Fault): SetComplaint {
  const what = `what Portage reads could not be made anew: ${message}`;
  return { set: 'world', code: 'not-renewed', what, hint, severity: 'note' };
}

/** The lint for whoever keeps a repository; nothing of this machine's configuration counts. */
function repositoryCheck(invocation: Invocation, directory: string): number {
  if (invocation.positionals.length > 0 || flag(invocation, 'fix'))
    throw new Fault('usage', 'sets check: --repository stands alone', {
      hint: `tumpline sets check --repository ${printable(directory)}`,
    });
  const path = resolve(directory);
  const complaints = lintRepositorySets(path).map(
    (problem): SetComplaint => ({ set: '', ...problem, severity: 'broken' }),
  );
  return told(invocation, repositorySets(path), complaints, []);
}

function told(
  invocation: Invocation,
  names: readonly string[],
  complaints: readonly SetComplaint[],
  fixed: readonly Fixed[],
): number {
  const broken = complaints.filter(({ severity }) => severity === 'broken');
  if (flag(invocation, 'json')) {
    process.stdout.write(
      jsonDocument('tumpline.sets.check/1', { checked: names, complaints: complaints.map(placed), fixed }),
    );
    return broken.length === 0 ? 0 : 1;
  }
  const paint = painter(process.stdout);
  for (const { path, line, what } of fixed)
    process.stdout.write(`${paint('green', `${placeText(path, line)}:`)} ${printable(what)}\n`);
  const perFile = new Map<string, number>();
  for (const { path, line, set, what, hint, severity } of complaints) {
    const place = path === undefined ? `@${printable(set)}` : placeText(path, line);
    const count = (perFile.get(path ?? place) ?? 0) + 1;
    perFile.set(path ?? place, count);
    // what is no set file at all has a mistake in each line
    if (count > mostPerFile) continue;
    const said = severity === 'note' ? `note: ${printable(what)}` : printable(what);
    process.stdout.write(`${paint(severity === 'note' ? 'yellow' : 'red', `${place}:`)} ${said}\n`);
    if (hint !== '') process.stdout.write(`  try: ${printable(hint)}\n`);
  }
  for (const [path, count] of perFile)
    if (count > mostPerFile) process.stdout.write(`${printable(path)}: ${count - mostPerFile} more\n`);
  if (complaints.length === 0)
    process.stdout.write(`${names.length} set${names.length === 1 ? '' : 's'}, nothing is wrong\n`);
  return broken.length === 0 ? 0 : 1;
}

/** Every key is there, whether or not there is a place. */
function placed({ path, line, ...rest }: SetComplaint) {
  return { path: path ?? null, line: line ?? 0, ...rest };
}

/** Those named, else the user's own and the selected ones; a selected one may be gone. */
function namesToCheck({ catalogue, selected }: Desk, words: readonly string[]): string[] {
  if (words.length > 0)
    return words.map(word => {
      const name = word.replace(/^@/, '');
      return selected.sets.includes(name) ? name : setNamed(catalogue, name).name;
    });
  const own = [...catalogue.sets.values()].filter(({ origin }) => origin === 'user').map(({ name }) => name);
  return [...new Set([...own, ...selected.sets])];
}

/** What is wrong with where sets come from, whichever set is meant. */
function general({ catalogue }: Desk): SetComplaint[] {
  return catalogue.problems
    .filter(({ set }) => set === undefined)
    .map(({ path, line, code, what }) => ({
      set: '',
      path,
      ...(line === undefined ? {} : { line }),
      ...{ code, what, hint: '', severity: 'note' as const },
    }));
}

/** Mends the files of these sets and of those that they name, where they are the user's own. */
function fixAll(
  { catalogue }: Desk,
  names: readonly string[],
  moved: Parameters<typeof fixSetText>[1],
): Fixed[] {
  const lookup = setLookup(catalogue);
  const context = { installed: () => true, use: () => true, everything: true };
  const closure = new Set(names.flatMap(name => [...evaluateSet(name, lookup, context).closure]));
  return [...closure].flatMap(name => {
    const source = findSet(catalogue, name);
    if (source?.path === undefined || source.origin === 'repository') return [];
    const { path } = source;
    const bytes = readFileSync(path);
    const text = bytes.toString('utf8');
    if (!Buffer.from(text).equals(bytes)) {
      warn(`${printable(path)}: is no UTF-8, and left as it is`);
      return [];
    }
    const fixed = fixSetText(text, moved);
    if (fixed.fixes.length > 0) writeAtomic(path, fixed.text);
    return fixed.fixes.map(fix => ({ path, ...fix }));
  });
}
