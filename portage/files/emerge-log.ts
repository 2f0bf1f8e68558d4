/** var/log/emerge.log, `SECONDS: MESSAGE` a line: _emerge.emergelog and its callers. */

type PackageStep =
  | 'cleaning'
  | 'compiling'
  | 'packaging'
  | 'merging'
  | 'merging-binary'
  | 'post-build-cleaning'
  | 'world';

/** `time` is in seconds since the epoch. */
export type LogEvent = { readonly time: number } & (
  | { readonly type: 'started' }
  /** options as canonical `--option[=value]`, action among them; then the targets. */
  | { readonly type: 'emerge'; readonly options: readonly string[]; readonly targets: readonly string[] }
  | PackageEvent<'package-started' | 'package-completed'>
  | (Counted & {
      readonly type: 'step';
      readonly step: PackageStep;
      readonly cpv: string;
      readonly path?: string;
    })
  | { readonly type: 'unmerging' | 'unmerged' | 'unmerge-failed'; readonly cpv: string }
  | { readonly type: 'resuming' | 'finished' | 'terminating' }
  /** Of the merge, before post-install work; 0 is success. */
  | { readonly type: 'exiting'; readonly status: number }
  | { readonly type: 'sync-started' }
  | { readonly type: 'sync-completed'; readonly repo: string }
  | { readonly type: 'other'; readonly message: string }
);

interface Counted {
  /** Counted from 1. */
  readonly number: number;
  readonly total: number;
}

type PackageEvent<T extends string> = Counted & {
  readonly type: T;
  readonly cpv: string;
  readonly root: string;
};

const steps = new Map<string, PackageStep>([
  ['Cleaning', 'cleaning'],
  ['Compiling/Merging', 'compiling'],
  ['Compiling/Packaging', 'packaging'],
  ['Merging', 'merging'],
  ['Merging Binary', 'merging-binary'],
  ['Post-Build Cleaning', 'post-build-cleaning'],
  ['Updating world file', 'world'],
]);

const fixed = new Map<string, 'resuming' | 'finished' | 'terminating' | 'sync-started'>([
  ['*** Resuming merge...', 'resuming'],
  ['*** Finished. Cleaning up...', 'finished'],
  ['*** terminating.', 'terminating'],
  ['=== sync', 'sync-started'],
]);

/** Undefined for a line that emerge did not write as it stands: half, empty, without a time. */
export function parseLogLine(line: string): LogEvent | undefined {
  const found = /^(\d{1,15}): +(\S.*)$/s.exec(line);
  if (!found || line.includes('\0')) return undefined;
  const time = Number(found[1]);
  const message = (found[2] ?? '').trimEnd();
  const plain = fixed.get(message);
  if (plain) return { time, type: plain };
  if (message.startsWith('Started emerge on: ')) return { time, type: 'started' };
  if (message.startsWith('*** emerge')) return { time, type: 'emerge', ...commandLine(message.slice(10)) };
  if (message === '*** exiting successfully.') return { time, type: 'exiting', status: 0 };
  const status = /^\*\*\* exiting unsuccessfully with status '(-?\d+)'\.$/.exec(message)?.[1];
  if (status !== undefined) return { time, type: 'exiting', status: Number(status) };
  return packageEvent(time, message) ?? unmergeEvent(time, message) ?? { time, type: 'other', message };
}

/** Whether a line may be one of those that the times of merges are taken from; far cheaper than reading it. */
export function isOfMerges(line: string): boolean {
  return line.includes(' emerge (') || line.includes(') Merging') || line.includes('*** emerge');
}

/** A splitter for a file that grows: give it what was appended, it gives the whole lines. */
export function logLines(): (appended: string) => string[] {
  let rest = '';
  return appended => {
    const lines = (rest + appended).split('\n');
    rest = lines.pop() ?? '';
    // no line of emerge is that long: something else was written here
    if (rest.length > 1 << 20) rest = '';
    return lines;
  };
}

function packageEvent(time: number, message: string): LogEvent | undefined {
  const merge = /^(>>>|:::) (completed )?emerge \((\d+) of (\d+)\) (\S+) to (\S.*)$/.exec(message);
  if (merge) {
    const [, mark, completed, number, total, cpv = '', root = ''] = merge;
    if ((mark === ':::') !== (completed !== undefined)) return undefined;
    const type = completed ? 'package-completed' : 'package-started';
    return { time, type, number: Number(number), total: Number(total), cpv, root };
  }
  const work = /^=== \((\d+) of (\d+)\) ([A-Z][\w/ -]*) \((.+)\)$/.exec(message);
  const step = steps.get(work?.[3] ?? '');
  if (!work || !step) return undefined;
  const [, number, total, , what = ''] = work;
  const cut = what.indexOf('::', 1);
  const [cpv, path] = cut === -1 ? [what] : [what.slice(0, cut), what.slice(cut + 2)];
  if (/\s/.test(cpv)) return undefined;
  const counted = { time, type: 'step', step, number: Number(number), total: Number(total), cpv } as const;
  return path === undefined ? counted : { ...counted, path };
}

function unmergeEvent(time: number, message: string): LogEvent | undefined {
  const unmerging = /^=== Unmerging\.\.\. \((\S+)\)$/.exec(message)?.[1];
  if (unmerging !== undefined) return { time, type: 'unmerging', cpv: unmerging };
  const unmerged = /^(?:>>> unmerge (success)|!!! unmerge FAILURE): (\S+)$/.exec(message);
  if (unmerged) return { time, type: unmerged[1] ? 'unmerged' : 'unmerge-failed', cpv: unmerged[2] ?? '' };
  const synced = /^=== Sync completed for (.+)$/.exec(message)?.[1];
  return synced === undefined ? undefined : { time, type: 'sync-completed', repo: synced };
}

function commandLine(text: string): { options: string[]; targets: string[] } {
  const all = text.split(' ').filter(word => word !== '');
  // a value with spaces in it cannot be told from targets, but options never follow the targets
  const last = all.findLastIndex(word => word.startsWith('--'));
  return { options: all.slice(0, last + 1), targets: all.slice(last + 1) };
}
