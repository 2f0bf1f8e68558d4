/** `tumpline distcc status`: what the guard knows of each host. */
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { stateOf } from '../wrappers/distcc/breaker.ts';
import { defaultSettings, type HostRecord, identityOf, type Memory } from '../wrappers/distcc/memory.ts';
import { flag, type Invocation } from './command.ts';
import { type DistccDesk, distccDesk } from './distcc-desk.ts';

const states = { closed: 'usable', open: 'away', due: 'to be tried' } as const;

/** How many compiles of this hour and the one before ended so at the host. */
function countOf(memory: Memory, name: string, result: string): number {
  return memory.journal.filter(line => line.result === result && identityOf(line.host) === name).length;
}

function hostStatus({ name, breaker }: HostRecord, memory: Memory, now: number) {
  const state = stateOf(breaker, now);
  return {
    host: name,
    state,
    /** seconds */
    away: state === 'open' ? (breaker.until - now) / 100 : 0,
    reason: state === 'closed' ? null : breaker.kind,
    strikes: breaker.differences,
    record: {
      remote: countOf(memory, name, 'remote'),
      same: countOf(memory, name, 'same'),
      difference: countOf(memory, name, 'difference'),
      network: countOf(memory, name, 'network'),
    },
  };
}

/** Hosts of the journal that have no file yet, or none any more, are left out: nothing is held against them. */
function gather({ directory, memory, now, wanted }: DistccDesk) {
  const settings = memory?.settings ?? defaultSettings;
  const hosts = memory === undefined ? [] : memory.hosts.map(host => hostStatus(host, memory, now));
  const isOther = settings.strikes !== wanted.strikes || settings.checks !== wanted.checks;
  const problems = isOther
    ? ['distcc: the guard does not go by tumpline.conf; to hand it over: tumpline distcc reset --settings']
    : [];
  return { directory, used: memory !== undefined, settings, hosts, problems };
}

function* lines(found: ReturnType<typeof gather>, paint: ReturnType<typeof painter>): Generator<string> {
  const { directory, used, settings, hosts, problems } = found;
  yield `state    ${printable(directory)}${used ? '' : ' (no guarded compile has been)'}`;
  yield `strikes  ${settings.strikes}`;
  const width = Math.max(4, ...hosts.map(({ host }) => host.length));
  if (hosts.length > 0) yield paint('bold', `${'host'.padEnd(width)}  state`);
  for (const { host, state, away, reason, record } of hosts) {
    const when = state === 'open' ? ` for ${away.toFixed(1)} s` : '';
    const why = reason === null ? '' : ` (${reason})`;
    const counts = Object.entries(record).filter(([, count]) => count > 0);
    const said = counts.map(([result, count]) => `${count} ${result}`).join(', ');
    const shown = `${states[state]}${when}${why}`;
    yield `${printable(host).padEnd(width)}  ${state === 'closed' ? shown : paint('yellow', shown)}${said && `: ${said}`}`;
  }
  for (const problem of problems) yield paint('yellow', `problem  ${problem}`);
}

/** Exit status 1 when something is wrong with what was found; a host that is away is not. */
export async function distccStatus(invocation: Invocation): Promise<number> {
  const found = gather(await distccDesk(invocation));
  if (flag(invocation, 'json')) process.stdout.write(jsonDocument('tumpline.distcc.status/1', found));
  else process.stdout.write(`${[...lines(found, painter(process.stdout))].join('\n')}\n`);
  return found.problems.length === 0 ? 0 : 1;
}
