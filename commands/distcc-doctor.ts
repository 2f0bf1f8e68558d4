/** `tumpline distcc doctor`: whether distcc can do its work, host by host. */
import { accessSync, constants, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Fault } from '../system/fault.ts';
import { statIfPresent } from '../system/files.ts';
import { installation } from '../system/installation.ts';
import { jsonDocument } from '../system/json.ts';
import type { Located } from '../system/locate.ts';
import { portageFacts, rootsEnvironment } from '../system/portage-facts.ts';
import { printable } from '../system/printable.ts';
import { run } from '../system/run.ts';
import { hostList } from '../wrappers/distcc/host-list.ts';
import { type Probe, probe } from '../wrappers/distcc/probe.ts';
import { flag, type Invocation } from './command.ts';
import { distccDesk } from './distcc-desk.ts';
import { locateFor } from './roots.ts';

function inPath(name: string): string | undefined {
  return (process.env['PATH'] ?? '')
    .split(':')
    .map(directory => join(directory || '.', name))
    .find(path => {
      try {
        accessSync(path, constants.X_OK);
        return statIfPresent(path)?.isFile() === true;
      } catch {
        return false;
      }
    });
}

function problemOf({ host, reach, compiler }: Probe): string[] {
  if (reach === 'refused')
    return [`${host}: refuses the connection; is distccd running, and allowed for this machine?`];
  if (reach === 'silent') return [`${host}: no answer within a second; each compile would wait four`];
  if (compiler === 'different') return [`${host}: its compiler makes other objects than the one here`];
  if (compiler === 'fails') return [`${host}: cannot compile; is the same compiler there?`];
  return [];
}

/** What Portage is told; nothing where there is no Portage. */
async function portageProblems(located: Located | undefined): Promise<string[]> {
  if (located === undefined) return [];
  const { features } = await portageFacts(located);
  if (!features.includes('distcc')) return [];
  const found = ['lib64', 'lib', 'libexec']
    .flatMap(name => ['distcc/bin', 'distcc'].map(end => join('/', located.eprefix, 'usr', name, end)))
    .find(path => statIfPresent(path)?.isDirectory());
  const own = join(installation().prefix, 'libexec/tumpline/distcc');
  const isOurs = found !== undefined && realpathSync(found) === realpathSync(own);
  const masquerade = isOurs
    ? []
    : [
        `FEATURES=distcc takes the links in ${found ?? 'usr/lib/distcc, which is not there'}, not the guard's`,
      ];
  const { stdout } = await run(join(dirname(located.emerge), 'portageq'), ['envvar', 'CFLAGS', 'CXXFLAGS'], {
    env: rootsEnvironment(located),
    timeout: 30_000,
  });
  const native = /-m(?:arch|tune|cpu)=native/.test(stdout)
    ? [
        '-march=native in CFLAGS or CXXFLAGS: nothing leaves this machine; resolve-march-native says what it stands for',
      ]
    : [];
  return [...masquerade, ...native];
}

function located(invocation: Invocation): Located | undefined {
  try {
    return locateFor(invocation).located;
  } catch (error) {
    if (!(error instanceof Fault) || error.code === 'interrupted') throw error;
    return undefined;
  }
}

const reaches = {
  answers: 'answers',
  refused: 'refuses',
  silent: 'is silent',
  unknown: 'not by TCP',
} as const;
const compilers = {
  same: ', compiles as here',
  different: ', compiles otherwise',
  fails: ', does not compile',
};

/** Exit status 1 when something is wrong. */
export async function distccDoctor(invocation: Invocation): Promise<number> {
  const { distcc: directory } = await distccDesk(invocation);
  const distcc = inPath('distcc') ?? null;
  const list = hostList(directory);
  const tokens = (list?.tokens ?? []).filter(token => !/^(?:--|\+|localhost(?:\/|$))/.test(token));
  const hosts = distcc === null ? [] : await Promise.all(tokens.map(probe));
  const problems = [
    ...(distcc === null ? ['distcc: not found in PATH; to install it: emerge --ask sys-devel/distcc'] : []),
    ...(tokens.length === 0
      ? ['DISTCC_HOSTS: no host but this machine; distcc-config --set-hosts "HOST/JOBS …"']
      : []),
    ...hosts.flatMap(problemOf),
    ...(await portageProblems(located(invocation))),
  ];
  if (flag(invocation, 'json')) {
    process.stdout.write(
      jsonDocument('tumpline.distcc.doctor/1', { distcc, source: list?.source ?? null, hosts, problems }),
    );
  } else {
    for (const { host, reach, compiler } of hosts)
      process.stdout.write(
        `${printable(host)}: ${reaches[reach]}${compiler === null ? '' : compilers[compiler]}\n`,
      );
    for (const problem of problems) process.stdout.write(`problem: ${printable(problem)}\n`);
  }
  return problems.length === 0 ? 0 : 1;
}
