/** `tumpline distcc report`: what became of the compiles of each build. */
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { type BuildReport, type HostShare, reportsOf } from '../wrappers/distcc/build-report.ts';
import { flag, type Invocation } from './command.ts';
import { distccDesk } from './distcc-desk.ts';

function counted(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`];
}

function hostText({ host, remote, differences, networkFaults, lost }: HostShare): string {
  const said = [
    ...counted(remote, 'compile'),
    ...counted(differences, 'difference'),
    ...counted(networkFaults, 'network fault'),
    ...(lost < 0.05 ? [] : [`${lost.toFixed(1)} s lost`]),
  ];
  return `  ${printable(host)}: ${said.join(', ') || 'nothing of use'}`;
}

function* reportText({ package: name, compiles, remote, twice, hosts }: BuildReport): Generator<string> {
  yield `${name === '' ? 'outside of Portage' : printable(name)}: ${remote} of ${compiles} compiles remote, ${twice} done twice`;
  yield* hosts.map(hostText);
}

export async function distccReport(invocation: Invocation): Promise<number> {
  const [wanted] = invocation.positionals;
  const { memory } = await distccDesk(invocation);
  const builds = reportsOf(memory?.journal ?? []).filter(
    build => wanted === undefined || build.package === wanted || build.package.endsWith(`/${wanted}`),
  );
  if (builds.length === 0)
    throw new Fault(
      'found',
      `${wanted === undefined ? 'distcc' : printable(wanted)}: no guarded compile in this hour and the one before`,
      { hint: 'tumpline distcc status' },
    );
  if (flag(invocation, 'json')) process.stdout.write(jsonDocument('tumpline.distcc.report/1', { builds }));
  else process.stdout.write(`${builds.flatMap(build => [...reportText(build)]).join('\n')}\n`);
  return 0;
}
