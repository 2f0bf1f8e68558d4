/** The profile that is in use and those that it builds on: PMS 5.2.1, `repository:path` as in portage(5). */
import { readlinkSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { splitLines } from '../../portage/files/text.ts';
import type { Repositories } from '../../portage/repositories.ts';
import { lstatIfPresent, statIfPresent } from '../../system/files.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { printable } from '../../system/printable.ts';

export interface ProfileStack {
  /** Real paths, without an order. */
  readonly directories: readonly string[];
  /** Where a profile should be and is not: a path, or `repository:path`. */
  readonly absent: readonly string[];
}

export function profileStack(located: Located, repositories: Repositories): ProfileStack {
  const directories = new Set<string>();
  const absent = new Set<string>();
  const visit = (path: string) => {
    if (!statIfPresent(path)?.isDirectory()) {
      absent.add(lstatIfPresent(path)?.isSymbolicLink() ? resolve(dirname(path), readlinkSync(path)) : path);
      return;
    }
    const directory = realpathSync(path);
    if (directories.has(directory)) return;
    directories.add(directory);
    for (const line of splitLines(readOrdinaryText(join(directory, 'parent')) ?? '')) {
      const parent = line.replace(/#.*/, '').trim();
      const colon = parent.indexOf(':');
      const other = colon < 1 ? undefined : repositories.byName.get(parent.slice(0, colon));
      if (other) visit(join(other.location, 'profiles', parent.slice(colon + 1)));
      else if (colon > 0) absent.add(parent);
      else if (parent !== '') visit(resolve(directory, parent));
    }
  };
  visit(join(located.configRoot, 'etc/portage/make.profile'));
  return { directories: [...directories], absent: [...absent] };
}

/** The part of the profile in use that is, or should be, in this overlay; `location` as repos.conf names it. */
export function profileInOverlay(stack: ProfileStack, name: string, location: string): string | undefined {
  const places = [location, ...(statIfPresent(location) ? [realpathSync(location)] : [])];
  const found = [...stack.directories, ...stack.absent].find(
    path => path.startsWith(`${name}:`) || places.some(place => path.startsWith(`${place}/`)),
  );
  return found === undefined ? undefined : printable(found);
}
