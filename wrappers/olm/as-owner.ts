/**
 * Where repos.conf has a sync-user, root does not work in that user's directories: a process of the user's does, and root
 * only what is left, the links and repos.conf.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readlinkSync, realpathSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { lstatIfPresent, removeFile, statIfPresent } from '../../system/files.ts';
import { dependencyCache } from '../../system/locate.ts';
import { printable } from '../../system/printable.ts';
import type { OlmDesk } from './desk.ts';
import { handOver, type Owner, syncOwner } from './owner.ts';
import { forgetKept } from './prune.ts';
import { publishedNames, repositoryLink, updateReposConf } from './repos-conf.ts';
import { linkRepository } from './repository-link.ts';

/** The one to work as; undefined for a caller who works as themselves. Fault `refused` as of syncOwner. */
export function ownerToBe({ located, environment }: OlmDesk): Owner | undefined {
  const owner = process.getuid?.() === 0 ? syncOwner(located, environment) : undefined;
  // the call that root makes as root would make another
  return owner?.uid === 0 ? undefined : owner;
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
    forgetKept(dependencyCache(located), join(realpathSync(state), name));
  }
  return dangling.length > 0;
}

/** The same call once more, by the owner. Its exit status. Fault `failed`: the owner may not run this program. */
export function callAs({ places, environment }: OlmDesk, owner: Owner): number {
  handOver(places, owner);
  const { status, signal, error } = spawnSync(process.execPath, process.argv.slice(1), {
    ...{ uid: owner.uid, gid: owner.gid, stdio: 'inherit' },
    env: { ...environment, HOME: owner.home, LOGNAME: owner.name, USER: owner.name },
  });
  if (error !== undefined) {
    const who = printable(owner.name);
    throw new Fault('failed', `${printable(process.execPath)}: sync-user ${who} cannot run it`, {
      hint: `ls -ld ${printable(process.execPath)} ${printable(dirname(process.execPath))}`,
      cause: error,
    });
  }
  return status ?? 128 + (signal === null ? 0 : constants.signals[signal]);
}

/**
 * `callAs`, then what only root can do. `names` in the order of the list. Exit status. Fault `refused`: something else is
 * where a link has to be; all other links are made, and repos.conf is up to date.
 */
export async function asOwner(desk: OlmDesk, owner: Owner, names: readonly string[]): Promise<number> {
  const { located, places } = desk;
  const status = callAs(desk, owner);
  let refused: Fault | undefined;
  for (const name of publishedNames(places)) {
    try {
      linkRepository(desk, name);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      refused ??= error;
    }
  }
  const removed = removeDangling(desk);
  const changed = (await updateReposConf(located, places, names)) || removed;
  if (refused !== undefined) throw refused;
  return status === 0 && changed && desk.portage ? 10 : status;
}
