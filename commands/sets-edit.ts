/** `tumpline sets edit NAME`: the editor on a copy, checked before it is put in place. */
import { basename, dirname, join } from 'node:path';
import { findSet } from '../sets/catalogue.ts';
import {
  beginEditing,
  checkEdited,
  type Editing,
  editedText,
  editTarget,
  endEditing,
  putInPlace,
} from '../sets/edit.ts';
import { generate } from '../sets/generate.ts';
import { installedIn, readMoves } from '../sets/moves.ts';
import { writeDirectly } from '../system/direct-output.ts';
import { editFile } from '../system/editor.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { withLock } from '../system/lock.ts';
import { painter } from '../system/paint.ts';
import { writingFault } from '../system/places.ts';
import { printable } from '../system/printable.ts';
import { chosen } from './ask.ts';
import { flag, type Invocation } from './command.ts';
import { warn } from './report.ts';
import { type Desk, placeText, setsDesk } from './sets.ts';

export async function setsEdit(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const name = (invocation.positionals[0] ?? '').replace(/^@/, '');
  const setName = findSet(desk.catalogue, name)?.name ?? name;
  const target = editTarget(desk.catalogue, name);
  const hindrance = writingFault(dirname(target));
  if (hindrance !== undefined) throw hindrance;
  const purpose = `tumpline sets edit ${name}`;
  // one editor a set
  const lock = join(desk.places.run, `edit-${encodeURIComponent(basename(target))}.lock`);
  const changed = await withLock(lock, { purpose }, async () => {
    const editing = beginEditing(desk.catalogue, name);
    if (editing.repository !== undefined)
      warn(
        `@${printable(name)}: starts as that of ${printable(editing.repository)}, which yours will win over`,
      );
    return edited(desk, editing);
  });
  if (flag(invocation, 'json'))
    process.stdout.write(jsonDocument('tumpline.sets.edit/1', { name: setName, path: target, changed }));
  else process.stdout.write(`${printable(target)}: ${changed ? 'changed' : 'unchanged'}\n`);
  return 0;
}

function leftAsItWas({ path, copy, name }: Editing): Fault {
  const what = `${printable(path)}: left as it was, your text is in ${copy}`;
  return new Fault('invalid', what, { hint: `tumpline sets edit ${printable(name)}` });
}

/** Ctrl-C at the question ends the process, after the same words as the end of input. */
async function chosenOver(editing: Editing): Promise<string | undefined> {
  const { message, hint } = leftAsItWas(editing);
  const tell = () => writeDirectly(2, `\ntumpline: ${message}\ntry: ${hint}\n`);
  process.prependListener('SIGINT', tell);
  try {
    return await chosen('e: edit again, x: leave the set as it was', ['e', 'x']);
  } finally {
    process.off('SIGINT', tell);
  }
}

/** Whether it was changed. */
async function edited(desk: Desk, editing: Editing): Promise<boolean> {
  const { catalogue, selected, located } = desk;
  const start = editedText(editing);
  const moved = readMoves(catalogue, installedIn(located));
  for (;;) {
    try {
      await editFile(editing.copy);
    } catch (error) {
      endEditing(editing);
      throw error;
    }
    if (editedText(editing) === start) {
      endEditing(editing);
      return false;
    }
    const complaints = checkEdited(catalogue, editing, { selected, moved });
    const paint = painter(process.stderr);
    for (const { line, what, severity } of complaints) {
      const style = severity === 'broken' ? 'red' : 'yellow';
      process.stderr.write(`${paint(style, `${placeText(editing.path, line)}:`)} ${printable(what)}\n`);
    }
    if (complaints.every(({ severity }) => severity !== 'broken')) break;
    const answer = await chosenOver(editing);
    if (answer === 'e') continue;
    if (answer === 'x') {
      endEditing(editing);
      return false;
    }
    throw leftAsItWas(editing);
  }
  putInPlace(editing);
  // what Portage reads follows at once
  for (const { path, line, what } of (await generate(located)).complaints)
    if (path?.startsWith(editing.path)) warn(`${placeText(path, line)}: ${printable(what)}`);
  return true;
}
