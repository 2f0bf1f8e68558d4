/** `tumpline sets missing [NAME…]`: members that are not installed, of the selected sets unless named. */
import { evaluateSet } from '../portage/set-evaluate.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { warn } from './report.ts';
import { placeText, setNamed, setsDesk } from './sets.ts';
import { withPortage } from './sets-facts.ts';

interface Missing {
  readonly atom: string;
  /** The sets through which it is wanted. */
  readonly sets: string[];
  readonly path: string | null;
  readonly line: number;
}

/** Exit status 1 when something is missing. */
export async function setsMissing(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const { catalogue, selected, installed } = desk;
  const asked = invocation.positionals.map(word => setNamed(catalogue, word).name);
  const names = asked.length > 0 ? asked : [...selected.sets];
  const { lookup, context } = await withPortage(desk, names);
  const missing = new Map<string, Missing>();
  for (const name of names) {
    const { entries, problems } = evaluateSet(name, lookup, context);
    const broken = problems.find(({ severity }) => severity === 'broken');
    if (broken)
      warn(`${placeText(broken.path, broken.line) || `@${printable(name)}`}: ${printable(broken.what)}`);
    for (const { text, atom, from } of entries) {
      if (installed.match(atom).length > 0) continue;
      const known = missing.get(text);
      if (known) known.sets.push(name);
      else missing.set(text, { atom: text, sets: [name], path: from.path ?? null, line: from.line });
    }
  }
  const found = [...missing.values()].sort((a, b) => (a.atom < b.atom ? -1 : 1));
  if (flag(invocation, 'json'))
    process.stdout.write(jsonDocument('tumpline.sets.missing/1', { checked: names, missing: found }));
  else {
    const paint = painter(process.stdout);
    const width = Math.min(40, Math.max(0, ...found.map(({ atom }) => atom.length)));
    for (const { atom, sets, path, line } of found) {
      const through = sets.map(name => `@${printable(name)}`).join(' ');
      process.stdout.write(
        `${printable(atom).padEnd(width)}  ${paint('set', through)}  ${paint('dim', placeText(path, line))}\n`,
      );
    }
  }
  return found.length === 0 ? 0 : 1;
}
