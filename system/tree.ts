/** Whole directories: what is in one, and making one that is complete before anybody sees it. */
import { chmodSync, type Dirent, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { announce } from './effects.ts';
import { Fault } from './fault.ts';
import { errnoOf, fileFault, lstatIfPresent, mkdirs, syncDirectory } from './files.ts';
import { printable } from './printable.ts';
import { run } from './run.ts';

/** Paths of all that is no directory below `directory`, in no order; links are not followed. */
export function filesBelow(directory: string, passOver: ReadonlySet<string> = new Set()): string[] {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    throw fileFault(error, directory);
  }
  return entries.flatMap(entry => {
    if (passOver.has(entry.name)) return [];
    if (!entry.isDirectory()) return [entry.name];
    return filesBelow(join(directory, entry.name)).map(path => `${entry.name}/${path}`);
  });
}

export function removeTree(path: string): void {
  if (lstatIfPresent(path) === undefined) return;
  try {
    announce('rmdir', path);
    // what ends just now may still put something there
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    throw fileFault(error, path);
  }
}

/**
 * Makes `directory` with these files (path below it -> content, mode 0644, or 0755 for `executables`), where nothing or an empty
 * directory is. It is there whole or not at all, also after a power cut. Call it under the lock that guards the place.
 */
export async function makeTree(
  directory: string,
  files: ReadonlyMap<string, string | Uint8Array>,
  executables: ReadonlySet<string> = new Set(),
): Promise<void> {
  mkdirs(dirname(directory), 0o755);
  const prefix = `.${basename(directory)}.tumpline-`;
  const stage = join(dirname(directory), `${prefix}${process.pid}`);
  // what a killed call left
  for (const name of readdirSync(dirname(directory)))
    if (name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      removeTree(join(dirname(directory), name));
  try {
    mkdirs(stage, 0o755);
    const made = new Set<string>();
    for (const [path, content] of files) {
      const target = join(stage, path);
      const folder = dirname(target);
      if (!made.has(folder)) mkdirs(folder, 0o755);
      made.add(folder);
      announce('write', target);
      writeFileSync(target, content, { flag: 'wx' });
      chmodSync(target, executables.has(path) ? 0o755 : 0o644);
    }
    // one call for all of them: a repository may have ten thousand
    await run('sync', ['-f', stage]).catch(() => undefined);
    announce('rename', directory);
    renameSync(stage, directory);
  } catch (error) {
    removeTree(stage);
    if (error instanceof Fault) throw error;
    // it is there already, and not empty; all else has nothing to do with what is there
    const isThere = ['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(errnoOf(error) ?? '');
    throw fileFault(error, directory, isThere ? `ls -la ${printable(directory)}` : undefined);
  }
  syncDirectory(dirname(directory));
}
