/** `tumpline sets expand @a-@b`: the atoms, one a line, for scripts. */
import { evaluateSet } from '../portage/set-evaluate.ts';
import { jsonDocument } from '../system/json.ts';
import { flag, type Invocation } from './command.ts';
import { setsDesk } from './sets.ts';
import { soundEntries, withPortage } from './sets-facts.ts';

export async function setsExpand(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const names = invocation.positionals.map(word => word.replace(/^@/, ''));
  const { lookup, context } = await withPortage(desk, names);
  const entries = new Map<string, { atom: string; set: string; path: string | null; line: number }>();
  for (const name of names) {
    for (const { text, from } of soundEntries(desk, evaluateSet(name, lookup, context), name))
      if (!entries.has(text))
        entries.set(text, { atom: text, set: from.set, path: from.path ?? null, line: from.line });
  }
  if (flag(invocation, 'json')) {
    const { positionals } = invocation;
    process.stdout.write(
      jsonDocument('tumpline.sets.expand/1', { asked: positionals, atoms: [...entries.values()] }),
    );
  } else for (const { atom } of entries.values()) process.stdout.write(`${atom}\n`);
  return 0;
}
