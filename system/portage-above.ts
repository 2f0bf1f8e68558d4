/** The Portage that has started this program: a hook's, or a sync module's. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { statIfPresent } from './files.ts';
import { readHead } from './head.ts';
import { type Located, locate } from './locate.ts';

/** What the process was started with; empty where it cannot be read. */
function given(pid: string, what: 'cmdline' | 'environ'): string[] {
  try {
    return readFileSync(`/proc/${Number(pid)}/${what}`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/**
 * Whoever runs the hook is the Portage that is meant: its Python, and its emerge, which stands beside emaint, or, where
 * those are started by scripts beside Python, beside Python.
 */
function portageOf(pid: string): { emerge: string; python: readonly string[] } | undefined {
  const words = given(pid, 'cmdline');
  const at = words.slice(0, 5).findIndex(word => /\/(emerge|emaint)$/.test(word));
  const beside = [words[at], words[0]].map(word => join(dirname(word ?? ''), 'emerge'));
  const present = beside.filter(path => statIfPresent(path)?.isFile());
  const emerge = present.find(path => !/^#!\S*\/env\s/.test(readHead(path, 100))) ?? present[0];
  return at > 0 && emerge !== undefined ? { emerge, python: words.slice(0, at) } : undefined;
}

/**
 * A hook gets all that Portage has in its configuration, USE and FEATURES among it, as variables. What is started from
 * here shall read the configuration itself, so it gets what emerge was started with.
 */
function restoreEnvironment(pid: string): void {
  const found = given(pid, 'environ').filter(entry => entry.includes('='));
  if (found.length === 0) return;
  for (const name of Object.keys(process.env)) delete process.env[name];
  for (const entry of found) {
    const equals = entry.indexOf('=');
    process.env[entry.slice(0, equals)] = entry.slice(equals + 1);
  }
}

/** `pid` is the process that runs the hook. From here on `process.env` is what that process was started with. */
export function locateAbove(pid: string): Located {
  const { EPREFIX: prefix, ROOT: root, PORTAGE_CONFIGROOT: configRoot } = process.env;
  const above = portageOf(pid);
  restoreEnvironment(pid);
  const found = locate(process.env, {
    ...(above === undefined ? {} : { emerge: above.emerge }),
    ...(prefix === undefined ? {} : { prefix }),
    ...(root ? { root } : {}),
    ...(configRoot ? { configRoot } : {}),
  });
  return { ...found, ...above };
}
