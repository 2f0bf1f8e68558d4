/** What became of the compiles of a build that could have left the machine. */
import type { JournalLine } from './memory.ts';

export interface HostShare {
  /** as in DISTCC_HOSTS */
  host: string;
  /** compiles that it did */
  remote: number;
  /** refused there, tried again here */
  twice: number;
  /** of these, what was not refused here */
  differences: number;
  networkFaults: number;
  /** seconds that compiles waited for it in vain */
  lost: number;
}

export interface BuildReport {
  /** CATEGORY/PF; empty is outside of Portage */
  package: string;
  compiles: number;
  remote: number;
  twice: number;
  hosts: HostShare[];
}

function shareOf(host: string, lines: readonly JournalLine[]): HostShare {
  const of = (...results: string[]) =>
    lines.filter(line => line.host === host && results.includes(line.result));
  return {
    host,
    remote: of('remote').length,
    twice: of('same', 'difference').length,
    differences: of('difference').length,
    networkFaults: of('network').length,
    lost: of('network').reduce((sum, { started, ended }) => sum + (ended - started) / 100, 0),
  };
}

/** Of the lines of one build. A compile that two hosts were asked for has two lines, of the same time and source. */
export function reportOf(name: string, lines: readonly JournalLine[]): BuildReport {
  const keyOf = ({ started, source }: JournalLine) => `${started} ${source}`;
  const single = lines.filter(({ result }) => ['remote', 'same', 'difference', 'network'].includes(result));
  const hosts = [...new Set(single.map(({ host }) => host))].sort().map(host => shareOf(host, lines));
  return {
    package: name,
    compiles: new Set(lines.map(keyOf)).size,
    remote: new Set(lines.filter(({ result }) => result === 'remote').map(keyOf)).size,
    twice: hosts.reduce((sum, { twice }) => sum + twice, 0),
    hosts,
  };
}

/** One for each package in the journal, in the order of their last compiles. */
export function reportsOf(journal: readonly JournalLine[]): BuildReport[] {
  const names = [...new Set([...journal].reverse().map(line => line.package))].reverse();
  return names.map(name =>
    reportOf(
      name,
      journal.filter(line => line.package === name),
    ),
  );
}
