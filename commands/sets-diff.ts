/** `tumpline sets diff A B`: what B has and A has not, the other way round, and what stands in both in another version. */
import { dirname } from 'node:path';
import { diffSets } from '../portage/set-diff.ts';
import { evaluateSet, type SetLookup } from '../portage/set-evaluate.ts';
import { readSetText } from '../sets/lookup.ts';
import { typed } from '../sets/shell-text.ts';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { setsDesk } from './sets.ts';
import { soundEntries, withPortage } from './sets-facts.ts';

/** Exit status 1 when they differ. */
export async function setsDiff(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const words = invocation.positionals.map(word => word.replace(/^@/, ''));
  const isFile = (word: string) => /^\.{0,2}\//.test(word);
  for (const word of words.filter(isFile))
    if (statIfPresent(word) === undefined)
      throw new Fault('missing', `${printable(word)}: no such file`, {
        hint: `ls ${printable(typed(dirname(word)))}`,
      });
  const facts = await withPortage(
    desk,
    words.filter(word => !isFile(word)),
  );
  // an earlier copy of a set may stand anywhere
  const lookup: SetLookup = name =>
    isFile(name) && words.includes(name)
      ? { kind: 'file', name, path: name, text: readSetText(name) }
      : facts.lookup(name);
  const [before, after] = words.map(word =>
    soundEntries(desk, evaluateSet(word, lookup, facts.context), word),
  );
  const difference = diffSets(before ?? [], after ?? []);
  const { added, removed, changed } = difference;
  const status = added.length + removed.length + changed.length === 0 ? 0 : 1;
  if (flag(invocation, 'json')) {
    const [a, b] = words;
    process.stdout.write(jsonDocument('tumpline.sets.diff/1', { a, b, ...difference }));
    return status;
  }
  const paint = painter(process.stdout);
  const lines = [
    ...removed.map(text => paint('red', `- ${printable(text)}`)),
    ...added.map(text => paint('green', `+ ${printable(text)}`)),
    ...changed.map(one => {
      const [old, fresh] = [one.before, one.after].map(texts => printable(texts.join(' ')));
      return paint('yellow', `~ ${old} -> ${fresh}`);
    }),
  ];
  for (const line of lines) process.stdout.write(`${line}\n`);
  return status;
}
