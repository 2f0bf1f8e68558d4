/**
 * Where repos.conf has a sync-user, root does not work in that user's directories: a process of the user's does, and root
 * only what is left, the links and repos.conf.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lstatIfPresent, removeFile, statIfPresent } from '../../system/files.ts';
import type { OlmDesk } from './desk.ts';
import { handOver, type Owner, syncOwner } from './owner.ts';
import { dependencyCache } from './removed.ts';
import { publishedNames, repositoryLink, updateReposConf } from './repos-conf.ts';
import { linkRepository } from './repository-link.ts';

/** The one to work as; undefined for a caller who works as themselves. Fault `refused` as of syncOwner. */
export function ownerToBe({ located, environment }: OlmDesk): Owner | undefined {
  return process.getuid?.() === 0 ? syncOwner(located, environment) : undefined;
}

/** Takes away links of ours to what is published no more, and what Portage keeps of it. */
function removeDangling(desk: OlmDesk): boolean {
  const { located, state } = desk;
  const directory = dirname(repositoryLink(located, 'any'));
  if (statIfPresent(directory) === undefined) return false;
  const dangling = readdirSync(directory).filter(name => {
    const link = join(directory, name);
    return (
      lstatIfPresent(link)?.isSymbolicLink() === true &&
      readlinkSync(link) === join(state, name, 'current') &&
      statIfPresent(link) === undefined
    );
  });
  for (const name of dangling) {
    removeFile(join(directory, name));
    const kept = join(dependencyCache(desk), realpathSync(state), name);
    rmSync(kept, { recursive: true, force: true });
  }
  return dangling.length > 0;
}

/** The same call once more, by the owner; then what only root can do. `names` in the order of the list. Exit status. */
export async function asOwner(desk: OlmDesk, owner: Owner, names: readonly string[]): Promise<number> {
  const { located, places, environment } = desk;
  handOver(places, owner);
  const { status, error } = spawnSync(process.execPath, process.argv.slice(1), {
    ...{ uid: owner.uid, gid: owner.gid, stdio: 'inherit' },
    env: { ...environment, HOME: owner.home, LOGNAME: owner.name, USER: owner.name },
  });
  if (error !== undefined) throw error;
  for (const name of publishedNames(places)) linkRepository(desk, name);
  const removed = removeDangling(desk);
  const changed = (await updateReposConf(located, places, names)) || removed;
  if (status === 0 && changed && desk.portage) return 10;
  return status ?? 1;
}
