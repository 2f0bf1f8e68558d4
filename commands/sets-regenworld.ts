/** `tumpline sets regenworld [--write]`: what emerge.log says that world and world_sets have lost. */
import { findSet } from '../sets/catalogue.ts';
import { type RegeneratedFile, regenerateWorld, writeRegenerated } from '../sets/regenworld.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { setsDesk } from './sets.ts';

/** Exit status 1 when something would be added and --write is not given. */
export async function setsRegenworld(invocation: Invocation): Promise<number> {
  const { located, catalogue } = await setsDesk(invocation);
  const found = await regenerateWorld(located, name => findSet(catalogue, name)?.worldCandidate);
  const files = [found.world, found.worldSets];
  const write = flag(invocation, 'write');
  const suffix = `before-regenworld-${new Date().toISOString().slice(0, 19).replace(/\D/g, '')}`;
  const backups = write ? files.map(one => writeRegenerated(one, suffix) ?? null) : [null, null];
  const added = files.some(one => one.added.length > 0);
  if (flag(invocation, 'json')) {
    const [world, worldSets] = files.map((one, index) => ({ ...one, backup: backups[index] ?? null }));
    const { log, leftOut } = found;
    process.stdout.write(
      jsonDocument('tumpline.sets.regenworld/1', { log, written: write, world, worldSets, leftOut }),
    );
    return added && !write ? 1 : 0;
  }
  const paint = painter(process.stdout);
  const day = (time: number) => new Date(time * 1000).toISOString().slice(0, 10);
  const fileText = ({ path, before, added: fresh }: RegeneratedFile, backup: string | null | undefined) => [
    `${printable(path)}: ${before.length} ${before.length === 1 ? 'entry' : 'entries'}, ${fresh.length} more${backup ? `; before: ${printable(backup)}` : ''}`,
    ...fresh.map(({ text, time }) => `${paint('green', `+ ${printable(text)}`)}  ${paint('dim', day(time))}`),
  ];
  const lines = files.flatMap((one, index) => fileText(one, backups[index]));
  for (const { text, time, why } of found.leftOut)
    lines.push(paint('dim', `  left out: ${printable(text)}, ${why} (${day(time)})`));
  if (added && !write) lines.push('to write it: tumpline sets regenworld --write');
  process.stdout.write(`${lines.join('\n')}\n`);
  return added && !write ? 1 : 0;
}
