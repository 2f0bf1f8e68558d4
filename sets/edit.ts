/** A set's file edited as a copy, which is put in place only when nothing is wrong with it. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Fault } from '../system/fault.ts';
import { writeAtomic } from '../system/files.ts';
import { readOrdinaryText } from '../system/ordinary-file.ts';
import { printable } from '../system/printable.ts';
import { type Catalogue, findSet } from './catalogue.ts';
import { type CheckContext, checkSets, type SetComplaint } from './check.ts';
import { userSetPath } from './new-set.ts';

export interface Editing {
  readonly name: string;
  /** Where it will stand: among the user's sets. */
  readonly path: string;
  readonly copy: string;
  /** What stands there now, in whatever encoding; undefined for a set that is new there. */
  readonly before: Buffer | undefined;
  /** The repository whose set it starts from and will win over. */
  readonly repository: string | undefined;
}

/** Where the edited set will stand. Faults: a name that no set of the user's can have. */
export function editTarget(catalogue: Catalogue, word: string): string {
  const known = findSet(catalogue, word);
  const own = known?.origin === 'user' || known?.origin === 'section' ? known.path : undefined;
  return own ?? userSetPath(catalogue, known?.name ?? word);
}

/** Makes the copy. Faults: a name that no set of the user's can have. */
export function beginEditing(catalogue: Catalogue, word: string): Editing {
  const known = findSet(catalogue, word);
  const name = known?.name ?? word;
  const path = editTarget(catalogue, word);
  const before = bytesOf(path);
  const theirs = known?.path !== undefined && known.path !== path ? bytesOf(known.path) : undefined;
  const text = before ?? theirs ?? `# ${name}: a package a line, see tumpline-sets(5)\n`;
  const copy = join(mkdtempSync(join(tmpdir(), 'tumpline-edit-')), basename(path));
  writeAtomic(copy, text, { mode: 0o600 });
  return { name, path, copy, before, repository: theirs === undefined ? undefined : known?.repository };
}

/** What would be wrong with the set if the copy stood in its place; paths are those of the copy. */
export function checkEdited(catalogue: Catalogue, editing: Editing, context: CheckContext): SetComplaint[] {
  const { name, copy } = editing;
  const known = catalogue.sets.get(name);
  const source = known ?? {
    name,
    kind: 'file' as const,
    origin: 'user' as const,
    section: 'usersets',
    className: 'files.StaticFileSet',
    worldCandidate: true,
    shadows: [],
    native: true,
    options: new Map<string, string>(),
  };
  const sets = new Map(catalogue.sets).set(name, { ...source, path: copy });
  // where Portage would look for it is not asked of the copy
  return checkSets({ ...catalogue, sets }, [name], context)
    .filter(({ path, code }) => path === copy && code !== 'needs-enable')
    .map(one => (one.code === 'empty' ? { ...one, severity: 'note' } : one));
}

/** What the copy holds now, a byte a character. */
export function editedText({ copy }: Editing): string {
  return bytesOf(copy)?.toString('latin1') ?? '';
}

function bytesOf(path: string): Buffer | undefined {
  // refuses what is no regular file
  return readOrdinaryText(path) === undefined ? undefined : readFileSync(path);
}

/** Puts the copy in place. Fault `refused`: the file has changed meanwhile; the copy stays. */
export function putInPlace(editing: Editing): void {
  const { path, before, copy } = editing;
  const now = bytesOf(path);
  if (now === undefined ? before !== undefined : before === undefined || !now.equals(before))
    throw new Fault('refused', `${printable(path)}: somebody else has changed it meanwhile`, {
      hint: `diff ${printable(path)} ${printable(copy)}`,
    });
  writeAtomic(path, bytesOf(copy) ?? '');
  endEditing(editing);
}

export function endEditing({ copy }: Editing): void {
  rmSync(join(copy, '..'), { recursive: true, force: true });
}
