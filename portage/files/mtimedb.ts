/**
 * var/cache/edb/mtimedb of Portage, JSON: the lists that `emerge --resume` goes on with (_emerge.Scheduler), and which
 * package updates were applied (portage._global_updates).
 */
import { parseCpv } from '../cpv.ts';
import type { Parsed } from './text.ts';

interface ResumeEntry {
  readonly type: 'ebuild' | 'binary';
  readonly root: string;
  readonly cpv: string;
}

export interface ResumeList {
  /** In merge order. */
  readonly mergelist: readonly ResumeEntry[];
  /** The targets as emerge expanded them: atoms and @sets. */
  readonly favorites: readonly string[];
  /** Canonical option -> value, true for an option without one. */
  readonly options: ReadonlyMap<string, unknown>;
  /** What tells the chosen binary packages apart, in the shape that Portage wrote. */
  readonly binpkgs: readonly unknown[];
}

export interface Mtimedb {
  readonly resume?: ResumeList;
  readonly resumeBackup?: ResumeList;
  /** Files of profiles/updates that were applied -> their time of change then, in whole seconds. */
  readonly updates?: ReadonlyMap<string, number>;
}

export function parseMtimedb(text: string): Parsed<Mtimedb> {
  const problems: string[] = [];
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { value: {}, problems: ['not JSON'] };
  }
  if (!isRecord(data)) return { value: {}, problems: ['not an object'] };
  const resume = resumeList(data['resume'], 'resume', problems);
  const resumeBackup = resumeList(data['resume_backup'], 'resume_backup', problems);
  const updates = appliedUpdates(data['updates'], problems);
  const value = {
    ...(resume ? { resume } : {}),
    ...(resumeBackup ? { resumeBackup } : {}),
    ...(updates ? { updates } : {}),
  };
  return { value, problems };
}

function appliedUpdates(data: unknown, problems: string[]): Map<string, number> | undefined {
  if (data === undefined || data === null) return undefined;
  const found = new Map<string, number>();
  if (!isRecord(data)) problems.push('updates: not an object');
  else for (const [path, time] of Object.entries(data)) if (typeof time === 'number') found.set(path, time);
  return found.size > 0 ? found : undefined;
}

function resumeList(data: unknown, name: string, problems: string[]): ResumeList | undefined {
  if (data === undefined || data === null) return undefined;
  if (!isRecord(data)) {
    problems.push(`${name}: not an object`);
    return undefined;
  }
  const mergelist: ResumeEntry[] = [];
  for (const [index, item] of list(data['mergelist'], `${name}.mergelist`, problems).entries()) {
    const entry = resumeEntry(item);
    if (entry) mergelist.push(entry);
    else problems.push(`${name}.mergelist[${index}]: not [ebuild or binary, root, cpv, "merge"]`);
  }
  const favorites = list(data['favorites'], `${name}.favorites`, problems).filter(item => {
    if (typeof item === 'string' && item !== '') return true;
    problems.push(`${name}.favorites: not a string`);
    return false;
  }) as string[];
  return {
    mergelist,
    favorites,
    options: options(data['myopts'], `${name}.myopts`, problems),
    binpkgs: list(data['binpkgs'], `${name}.binpkgs`, problems),
  };
}

function resumeEntry(item: unknown): ResumeEntry | undefined {
  if (!Array.isArray(item) || item.length < 4) return undefined;
  const [type, root, cpv, operation] = item as unknown[];
  if ((type !== 'ebuild' && type !== 'binary') || operation !== 'merge') return undefined;
  if (typeof root !== 'string' || !root.startsWith('/') || root.includes('\0')) return undefined;
  // a cpv is followed into file names, so nothing that could leave a directory
  if (typeof cpv !== 'string' || !parseCpv(cpv)) return undefined;
  return { type, root, cpv };
}

/** Portage before 2.2 wrote a list of the options that were set. */
function options(data: unknown, name: string, problems: string[]): Map<string, unknown> {
  if (data === undefined || data === null) return new Map();
  if (isRecord(data)) return new Map(Object.entries(data));
  return new Map(
    list(data, name, problems)
      .filter(item => typeof item === 'string')
      .map(item => [item, true]),
  );
}

function list(data: unknown, name: string, problems: string[]): readonly unknown[] {
  if (data === undefined || data === null) return [];
  if (Array.isArray(data)) return data;
  problems.push(`${name}: not a list`);
  return [];
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
