/** `tumpline sets dump [NAME]`: what is installed by request, or all that is installed, as the text of a set. */
import { dumpText } from '../sets/dump.ts';
import { newSetPath } from '../sets/new-set.ts';
import { Fault } from '../system/fault.ts';
import { writeAtomic } from '../system/files.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { warn } from './report.ts';
import { setsDesk } from './sets.ts';

export async function setsDump(invocation: Invocation): Promise<number> {
  const { catalogue, selected, installed } = await setsDesk(invocation);
  const name = invocation.positionals[0]?.replace(/^@/, '');
  const write = flag(invocation, 'write');
  if (write && name === undefined)
    throw new Fault('usage', 'sets dump: --write needs a NAME', { hint: 'tumpline sets dump --write NAME' });
  const world = flag(invocation, 'installed') ? undefined : selected.world;
  const { atoms, absent } = dumpText(installed, world, flag(invocation, 'versions'));
  const what = world === undefined ? 'all that is installed' : 'packages of world';
  const text = `# ${what}\n${atoms.map(atom => `${atom}\n`).join('')}`;
  const path = write && name !== undefined ? newSetPath(catalogue, name) : null;
  if (path !== null) writeAtomic(path, text);
  if (absent.length > 0) warn(`in world, but not installed: ${absent.map(printable).join(' ')}`);
  if (flag(invocation, 'json'))
    process.stdout.write(jsonDocument('tumpline.sets.dump/1', { name: name ?? null, path, atoms, absent }));
  else if (path === null) process.stdout.write(text);
  else process.stdout.write(`${printable(path)}: ${atoms.length} packages\n`);
  return 0;
}
