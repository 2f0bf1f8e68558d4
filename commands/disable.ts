/** `tumpline disable PART`, `tumpline disable --all` */
import { type Deed, disablePieces, enabledParts, withEnableLock } from '../system/enable/enable.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { flag, type Invocation } from './command.ts';
import { partNamed, told } from './enable.ts';
import { type PartContext, parts } from './parts.ts';
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

async function undo(name: string, context: PartContext): Promise<Deed[]> {
  const part = parts.find(candidate => candidate.name === name);
  // a record may tell of a part of a newer version: what it put somewhere can be taken away all the same
  const known = part === undefined ? [] : await (await part.load()).known(context);
  return disablePieces(context.places, name, known);
}

export async function disable(invocation: Invocation): Promise<number> {
  const chosen = chosenNames(invocation);
  const context = { invocation, ...locateFor(invocation) };
  const purpose = `tumpline disable ${chosen?.join(' ') ?? '--all'}`;
  const done = await withEnableLock(context.places, purpose, async () => {
    const recorded = Object.keys(enabledParts(context.places));
    const names = chosen ?? [...new Set([...parts.map(({ name }) => name), ...recorded])];
    const results: { part: string; wasOn: boolean; deeds: Deed[] }[] = [];
    for (const part of names)
      results.push({ part, wasOn: recorded.includes(part), deeds: await undo(part, context) });
    return results;
  });
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.disable/1', { parts: done }));
    return 0;
  }
  for (const { part, wasOn, deeds } of done) {
    for (const deed of deeds) process.stdout.write(`${part}: ${told(deed)}\n`);
    process.stdout.write(`${part} ${wasOn || deeds.length > 0 ? 'is off' : 'was not on'}\n`);
  }
  return 0;
}
