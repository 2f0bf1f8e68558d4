/** `tumpline distcc reset`: forgets hosts, and hands the settings over. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { forget, identityOf, writeSettings } from '../wrappers/distcc/memory.ts';
import { flag, type Invocation } from './command.ts';
import { distccDesk } from './distcc-desk.ts';

export async function distccReset(invocation: Invocation): Promise<number> {
  const { directory, memory, wanted } = await distccDesk(invocation);
  const known = memory?.hosts.map(({ name }) => name) ?? [];
  const asked = invocation.positionals.map(token => identityOf(token) ?? token);
  const strange = asked.find(name => !known.includes(name));
  if (strange !== undefined)
    throw new Fault('usage', `${printable(strange)}: nothing is known of this host`, {
      hint: 'tumpline distcc status',
    });
  if (flag(invocation, 'settings') && asked.length > 0)
    throw new Fault('usage', 'distcc reset: --settings takes no host', {
      hint: 'tumpline distcc reset --settings',
    });
  const forgotten = flag(invocation, 'settings') ? [] : asked.length > 0 ? asked : known;
  writeSettings(directory, wanted);
  forget(directory, forgotten);
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.distcc.reset/1', { directory, forgotten, settings: wanted }));
    return 0;
  }
  for (const name of forgotten) process.stdout.write(`${printable(name)}: forgotten\n`);
  process.stdout.write(`settings: strikes ${wanted.strikes}, checks ${wanted.checks ? 'yes' : 'no'}\n`);
  return 0;
}
