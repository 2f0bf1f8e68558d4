/** What `tumpline disable olm` takes away besides its pieces: all that can be made anew out of the list. */
import { readlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileFault, lstatIfPresent, removeEmptyDirectory, removeFile } from '../../system/files.ts';
import { removeInside } from '../../system/foreign-directory.ts';
import { dependencyCache, type Located } from '../../system/locate.ts';
import { withLock } from '../../system/lock.ts';
import type { Places } from '../../system/places.ts';
import { withdraw } from './prune.ts';
import { publishedNames, repositoryLink } from './repos-conf.ts';

/** A link of that place, to what olm has published. */
function isOurs(link: string, target: string): boolean {
  return lstatIfPresent(link)?.isSymbolicLink() === true && readlinkSync(link) === target;
}

/** Links, published repositories and cache go; the list and overlays.conf are the user's. Fault `locked` while one is synced. */
export async function removeAll(located: Located, places: Places): Promise<void> {
  const state = places.systemState('olm');
  const cache = places.cache('olm');
  for (const name of publishedNames(places)) {
    await withLock(
      join(cache, `${name}.lock`),
      { purpose: 'tumpline disable olm', wait: 60_000 },
      async () => {
        const link = repositoryLink(located, name);
        if (isOurs(link, join(state, name, 'current'))) removeFile(link);
        withdraw(state, name, dependencyCache(located));
      },
    );
  }
  for (const directory of [state, cache]) {
    try {
      // they may be sync-user's
      removeInside(dirname(directory), basename(directory));
    } catch (error) {
      throw fileFault(error, directory);
    }
    removeEmptyDirectory(dirname(directory));
  }
}
