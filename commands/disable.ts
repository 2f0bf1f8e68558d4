/** `tumpline disable PART`, `tumpline disable --all` */
import { type Deed, disablePieces, enabledParts, withEnableLock } from '../system/enable/enable.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { flag, type Invocation } from './command.ts';
import { partNamed, told } from './enable.ts';
import type { PartContext, PartModule } from './part.ts';
import { parts } from './parts.ts';
import { warn } from './report.ts';
import { locateFor } from './roots.ts';

function chosenNames(invocation: Invocation): string[] | undefined {
  const [name] = invocation.positionals;
  if (flag(invocation, 'all')) {
    if (name === undefined) return undefined;
    throw new Fault('usage', 'disable: a part or --all, not both', { hint: `tumpline disable ${name}` });
  }
  if (name === undefined)
    throw new Fault('usage', 'disable: PART is missing', { hint: 'tumpline disable --all' });
  return [partNamed(name).name];
}

/** Undefined for a part of a newer version: what a record tells of it can be taken away all the same. */
async function moduleOf(name: string): Promise<PartModule | undefined> {
  return parts.find(candidate => candidate.name === name)?.load();
}

interface Result {
  part: string;
  wasOn: boolean;
  deeds: Deed[];
  notes: string[];
}

async function undo(names: readonly string[], context: PartContext): Promise<Result[]> {
  const recorded = Object.keys(enabledParts(context.places));
  // one that cannot be switched off keeps all others on
  const notes = new Map<string, string[]>();
  for (const name of names) notes.set(name, (await (await moduleOf(name))?.leaving?.(context)) ?? []);
  const results: Result[] = [];
  for (const part of names) {
    const module = await moduleOf(part);
    const deeds = disablePieces(context.places, part, (await module?.known(context)) ?? []);
    await module?.left?.(context);
    results.push({ part, wasOn: recorded.includes(part), deeds, notes: notes.get(part) ?? [] });
  }
  return results;
}

export async function disable(invocation: Invocation): Promise<number> {
  const chosen = chosenNames(invocation);
  const context = { invocation, ...locateFor(invocation) };
  const purpose = `tumpline disable ${chosen?.join(' ') ?? '--all'}`;
  const done = await withEnableLock(context.places, purpose, async () => {
    const recorded = Object.keys(enabledParts(context.places));
    return undo(chosen ?? [...new Set([...parts.map(({ name }) => name), ...recorded])], context);
  });
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.disable/1', { parts: done }));
    return 0;
  }
  for (const { part, wasOn, deeds, notes } of done) {
    for (const note of notes) warn(note);
    for (const deed of deeds) process.stdout.write(`${part}: ${told(deed)}\n`);
    process.stdout.write(`${part} ${wasOn || deeds.length > 0 ? 'is off' : 'was not on'}\n`);
  }
  return 0;
}
