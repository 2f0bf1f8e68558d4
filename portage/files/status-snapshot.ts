/** FEATURES=observability: one line of run/portage/emerge-PID.sock, also emerge-PID.json (_emerge._observability). */

export interface StatusTask {
  readonly cpv: string;
  /** EROOT, as Portage writes it. */
  readonly root: string;
  readonly kind: 'build' | 'merge';
  readonly phase?: string;
  /** Built, and waiting for its turn to merge. */
  readonly mergeWait: boolean;
  readonly binary: boolean;
  readonly uninstall: boolean;
  /** Seconds. */
  readonly elapsed?: number;
}

export interface StatusSnapshot {
  readonly pid: number;
  readonly running: number;
  readonly completed: number;
  readonly total: number;
  readonly failed: number;
  readonly tasks: readonly StatusTask[];
}

/** undefined for what is no snapshot: other types are meant to be ignored. */
export function parseStatusSnapshot(line: string): StatusSnapshot | undefined {
  let data: unknown;
  try {
    data = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (
    !isRecord(data) ||
    data['type'] !== 'snapshot' ||
    !isRecord(data['jobs']) ||
    !Array.isArray(data['tasks'])
  ) {
    return undefined;
  }
  const jobs = data['jobs'];
  const pid = count(data['emerge_pid']);
  if (pid === undefined) return undefined;
  return {
    pid,
    running: count(jobs['running']) ?? 0,
    completed: count(jobs['completed']) ?? 0,
    total: count(jobs['total']) ?? 0,
    failed: count(jobs['failed']) ?? 0,
    tasks: data['tasks'].flatMap(item => statusTask(item) ?? []),
  };
}

function statusTask(item: unknown): StatusTask | undefined {
  if (!isRecord(item) || typeof item['cpv'] !== 'string' || typeof item['root'] !== 'string')
    return undefined;
  const phase = item['phase'];
  const elapsed = item['elapsed'];
  return {
    cpv: item['cpv'],
    root: item['root'],
    kind: item['kind'] === 'merge' ? 'merge' : 'build',
    ...(typeof phase === 'string' && /^[\w-]{1,32}$/.test(phase) ? { phase } : {}),
    mergeWait: item['merge_wait'] === true,
    binary: item['binary'] === true,
    uninstall: item['operation'] === 'uninstall',
    ...(typeof elapsed === 'number' && Number.isFinite(elapsed) && elapsed >= 0 ? { elapsed } : {}),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined;
}
