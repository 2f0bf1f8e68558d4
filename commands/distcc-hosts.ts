/** `tumpline distcc hosts`: the list that distcc reads, and what the guard would leave of it now. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { hostList, type Use, useOf } from '../wrappers/distcc/host-list.ts';
import { flag, type Invocation } from './command.ts';
import { distccDesk } from './distcc-desk.ts';

const words: Record<Use, string> = {
  use: 'used',
  away: 'kept away',
  try: 'was away, tried next',
  here: 'this machine',
  unguarded: "distcc's own business",
};

export async function distccHosts(invocation: Invocation): Promise<number> {
  const { distcc, memory, now } = await distccDesk(invocation);
  const list = hostList(distcc);
  if (list === undefined)
    throw new Fault('missing', 'distcc: there is no list of hosts', { hint: 'distcc-config --get-hosts' });
  const options = list.tokens.filter(token => token.startsWith('--'));
  const hosts = list.tokens
    .filter(token => !token.startsWith('--'))
    .map(host => ({ host, use: useOf(host, memory, now) }));
  if (flag(invocation, 'json')) {
    process.stdout.write(jsonDocument('tumpline.distcc.hosts/1', { source: list.source, options, hosts }));
    return 0;
  }
  const width = Math.max(0, ...hosts.map(({ host }) => host.length));
  for (const { host, use } of hosts)
    process.stdout.write(`${printable(host).padEnd(width)}  ${words[use]}\n`);
  return 0;
}
