/** `tumpline sets expand @a-@b`: the atoms, one a line, for scripts. */
import { evaluateSet } from '../portage/set-evaluate.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { placeText, setsDesk, unknownSet } from './sets.ts';
import { withPortage } from './sets-facts.ts';

export async function setsExpand(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const names = invocation.positionals.map(word => word.replace(/^@/, ''));
  const { lookup, context } = await withPortage(desk, names);
  const entries = new Map<string, { atom: string; set: string; path: string | null; line: number }>();
  for (const name of names) {
    const result = evaluateSet(name, lookup, context);
    const problem = result.problems.find(({ severity }) => severity === 'broken');
    if (problem?.code === 'unknown-set' && problem.path === undefined)
      throw unknownSet(desk.catalogue, /'@([^']+)'/.exec(problem.what)?.[1] ?? name);
    if (problem !== undefined)
      throw new Fault(
        'invalid',
        `${placeText(problem.path, problem.line) || '@'}: ${printable(problem.what)}`,
        {
          hint: 'tumpline sets check',
        },
      );
    const [unknown] = result.nested;
    if (unknown !== undefined)
      throw new Fault(
        'failed',
        `@${printable(unknown)}: only Portage knows what is in it, and it did not say`,
        {
          hint: 'emerge --list-sets',
        },
      );
    for (const { text, from } of result.entries)
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
