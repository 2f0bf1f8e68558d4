/** The list of hosts as distcc(1) has it under HOST SPECIFICATIONS, and what the guard makes of it. */
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { stateOf } from './breaker.ts';
import { identityOf, type Memory } from './memory.ts';

export interface HostList {
  /** DISTCC_HOSTS, or the file */
  source: string;
  /** in order, options among them */
  tokens: string[];
}

/** The list that distcc would read; undefined is none. */
export function hostList(
  distccDirectory: string,
  environment: NodeJS.ProcessEnv = process.env,
): HostList | undefined {
  const listed = environment['DISTCC_HOSTS'];
  const candidates =
    listed === undefined ? [`${distccDirectory}/hosts`, '/etc/distcc/hosts'] : ['DISTCC_HOSTS'];
  for (const source of candidates) {
    const text = listed ?? readOrdinaryText(source);
    if (text === undefined) continue;
    const tokens = text.split('\n').flatMap(line => (line.split('#')[0] ?? '').split(/\s+/));
    return { source, tokens: tokens.filter(token => token !== '') };
  }
  return undefined;
}

export type Use = 'use' | 'away' | 'try' | 'here' | 'unguarded';

/** What a compile that began now would do with a host: `try` is one that was away and whose time has come. */
export function useOf(token: string, memory: Memory | undefined, now: number): Use {
  if (/^localhost(\/|$)/.test(token)) return 'here';
  const name = identityOf(token);
  if (name === undefined || token.startsWith('+')) return 'unguarded';
  const record = memory?.hosts.find(host => host.name === name);
  if (record === undefined) return 'use';
  return { closed: 'use', open: 'away', due: 'try' }[stateOf(record.breaker, now)] as Use;
}
