/** Emerges that write to the same mtimedb and emerge.log as ours. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { parseEmergeArguments } from '../../../portage/emerge-arguments.ts';
import { commandWords, isAlive, nameOf, parentOf } from '../../../system/process-table.ts';

/** The words behind emerge; undefined where the command line has none. */
export function emergeWords(pid: number): readonly string[] | undefined {
  const words = commandWords(pid);
  const at = words.findIndex(word => basename(word) === 'emerge');
  return at === -1 ? undefined : words.slice(at + 1);
}

function isBelow(pid: number, ancestor: number): boolean {
  for (let at = pid; at > 1; at = parentOf(at)) if (at === ancestor) return true;
  return false;
}

/** By its own name, or by that of python: a launcher that calls the interpreter itself gives it that one. */
function isEmerge(pid: number): boolean {
  if (nameOf(pid) === 'emerge') return true;
  const [interpreter = '', ...words] = commandWords(pid);
  if (!/^python/.test(basename(interpreter))) return false;
  const script = words.find(word => !word.startsWith('-'));
  return script !== undefined && basename(script) === 'emerge';
}

/** The kernel's order is by number, that of an emulated /proc may be another. */
function allEmerges(): number[] {
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name));
  return pids
    .map(Number)
    .sort((a, b) => a - b)
    .filter(isEmerge);
}

function otherEmerges(child: number): number[] {
  return allEmerges().filter(pid => !isBelow(pid, child));
}

/** EPREFIX as the process was told; undefined where that cannot be read. */
function prefixOf(pid: number): string | undefined {
  let environ: string;
  try {
    environ = readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return undefined;
  }
  const told = parseEmergeArguments(emergeWords(pid) ?? []).options.get('--prefix');
  if (typeof told === 'string') return resolve('/', told);
  const name = 'PORTAGE_OVERRIDE_EPREFIX=';
  const entry = environ.split('\0').find(variable => variable.startsWith(name));
  return resolve('/', entry?.slice(name.length) ?? '');
}

/** Of another action, or only pretending, an emerge writes no list. */
function mayMerge(pid: number): boolean {
  const words = emergeWords(pid);
  if (words === undefined) return true;
  const { action, options } = parseEmergeArguments(words);
  return action === undefined && !options.has('--pretend');
}

/**
 * Pids of the emerges that may merge below this EPREFIX, in doubt too; what they start themselves is left out, and what
 * has no command line: it is just ending.
 */
export function mergingEmerges(eprefix: string): number[] {
  const all = allEmerges();
  return all.filter(pid => {
    if (
      emergeWords(pid) === undefined ||
      !mayMerge(pid) ||
      all.some(other => other !== pid && isBelow(pid, other))
    )
      return false;
    const prefix = prefixOf(pid);
    return (prefix === undefined || prefix === resolve('/', eprefix)) && isAlive(pid);
  });
}

/** Pids of the emerges besides `child` that may merge below the same EPREFIX; in doubt they do. */
export function rivalsOf(child: number): number[] {
  const own = prefixOf(child);
  return otherEmerges(child).filter(pid => {
    if (!mayMerge(pid)) return false;
    const prefix = prefixOf(pid);
    // one that just ended cannot be read either
    return (prefix === undefined || own === undefined || prefix === own) && isAlive(pid);
  });
}
