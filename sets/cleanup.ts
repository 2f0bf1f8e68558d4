/** What `emerge --depclean` would remove, by emerge's own word, and why each package goes. */
import { parseAtom } from '../portage/atom.ts';
import { parseDepclean } from '../portage/files/depclean-output.ts';
import { parseLogLine } from '../portage/files/emerge-log.ts';
import { Fault } from '../system/fault.ts';
import type { Located } from '../system/locate.ts';
import { logEnd } from '../system/log-end.ts';
import { rootsEnvironment } from '../system/portage-facts.ts';
import { run } from '../system/run.ts';
import type { Installed } from './installed.ts';
import type { InstalledGraph } from './installed-graph.ts';
import type { SetMemory } from './memory.ts';

export interface Removal {
  readonly cpv: string;
  /** Sets that held it and hold it no longer. */
  readonly left: readonly { readonly set: string; readonly time: number }[];
  /** Others that go as well, and need it. */
  readonly neededBy: readonly string[];
  /** The call that merged it, as emerge.log has it. */
  readonly mergedBy: { readonly time: number; readonly targets: readonly string[] } | null;
}

/** cpvs in emerge's order. Fault: emerge itself says no; its own words went to stderr. */
export async function pretendDepclean(located: Located): Promise<string[]> {
  const args = ['--depclean', '--pretend', '--color=n', '--quiet=n', '--ask=n'];
  const env = { ...rootsEnvironment(located), NOCOLOR: 'true' };
  const { stdout, stderr, exitCode } = await run(located.emerge, args, { env, timeout: 600_000 });
  const cpvs = parseDepclean(stdout);
  if (cpvs !== undefined && (exitCode === 0 || cpvs.length === 0)) return cpvs;
  process.stderr.write(`${stdout}${stderr}`);
  throw new Fault('failed', 'emerge --depclean --pretend: refused, for the reason above', {
    hint: 'tumpline sets check',
  });
}

/** `log` is the path of emerge.log. */
export function removals(
  cpvs: readonly string[],
  installed: Installed,
  graph: InstalledGraph,
  memory: SetMemory,
  log: string,
): Removal[] {
  const going = new Set(cpvs);
  const calls = callsThatMerged(going, log);
  const neededBy = new Map<string, string[]>();
  for (const other of cpvs)
    for (const cpv of graph.get(other) ?? [])
      if (going.has(cpv)) neededBy.set(cpv, [...(neededBy.get(cpv) ?? []), other]);
  const left = new Map<string, { set: string; time: number }[]>();
  for (const [set, { left: gone }] of Object.entries(memory))
    for (const [text, time] of Object.entries(gone)) {
      const atom = parseAtom(text, { allowRepo: true });
      for (const cpv of atom ? installed.match(atom) : [])
        if (going.has(cpv)) left.set(cpv, [...(left.get(cpv) ?? []), { set, time }]);
    }
  return cpvs.map(cpv => ({
    cpv,
    left: (left.get(cpv) ?? []).sort((a, b) => b.time - a.time),
    neededBy: neededBy.get(cpv) ?? [],
    mergedBy: calls.get(cpv) ?? null,
  }));
}

function callsThatMerged(cpvs: ReadonlySet<string>, log: string) {
  const calls = new Map<string, { time: number; targets: readonly string[] }>();
  const open: { time: number; targets: readonly string[] }[] = [];
  for (const lines of logEnd(log, Number.POSITIVE_INFINITY))
    for (const line of lines) {
      if (!line.includes('*** ') && !line.includes('::: completed')) continue;
      const event = parseLogLine(Buffer.from(line, 'latin1').toString('utf8'));
      if (event?.type === 'emerge') open.push({ time: event.time, targets: event.targets });
      else if (event?.type === 'terminating') open.pop();
      else if (event?.type === 'package-completed' && cpvs.has(event.cpv)) {
        const call = open.at(-1);
        if (call) calls.set(event.cpv, call);
      }
    }
  return calls;
}
