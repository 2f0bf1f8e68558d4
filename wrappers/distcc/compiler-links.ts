/** The names by which compilers are called on this machine, and links of these names to the guard. */
import { accessSync, constants, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileFault, lstatIfPresent, removeFile, statIfPresent } from '../../system/files.ts';

/** gcc, x86_64-pc-linux-gnu-g++-14, clang-19, cc; not gcc-ar, not gcc-config */
const compiler = /^(?:[A-Za-z0-9_.]+-)*(?:cc|c\+\+|gcc|g\+\+|clang|clang\+\+)(?:-\d+(?:\.\d+)*)?$/;

function isOurs(path: string, guard: string): boolean {
  try {
    return realpathSync(path) === realpathSync(guard);
  } catch {
    return false;
  }
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statIfPresent(path)?.isFile() === true;
  } catch {
    return false;
  }
}

function names(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

/** Compilers that are called by their name in PATH, sorted; links to the guard, distcc and ccache are none. */
export function compilersInPath(path: string, guard: string): string[] {
  const found = path.split(':').flatMap(directory =>
    names(directory || '.').filter(name => {
      const file = join(directory || '.', name);
      if (!compiler.test(name) || !isProgram(file) || isOurs(file, guard)) return false;
      return !['distcc', 'ccache'].includes(basename(realpathSync(file)));
    }),
  );
  return [...new Set(found)].sort();
}

export interface LinkPlan {
  added: string[];
  /** links to the guard without a compiler: a configure script would believe that it is there */
  removed: string[];
  kept: string[];
}

/** What would have to change in `directory` so that each of these compilers has its link. */
export function planLinks(directory: string, guard: string, compilers: readonly string[]): LinkPlan {
  const there = names(directory).filter(
    name => lstatIfPresent(join(directory, name))?.isSymbolicLink() && isOurs(join(directory, name), guard),
  );
  const stays = (name: string) => compilers.includes(name);
  return {
    added: compilers.filter(name => !names(directory).includes(name)),
    removed: there.filter(name => !stays(name)).sort(),
    kept: there.filter(stays).sort(),
  };
}

export function makeLinks(directory: string, guard: string, plan: LinkPlan): void {
  for (const name of plan.removed) removeFile(join(directory, name));
  for (const name of plan.added) {
    try {
      symlinkSync(guard, join(directory, name));
    } catch (error) {
      throw fileFault(error, join(directory, name));
    }
  }
}
