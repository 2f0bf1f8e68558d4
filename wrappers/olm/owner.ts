/** Whom the published repositories and the cache belong to: `sync-user` of repos.conf, as which Portage then starts olm. */
import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../system/fault.ts';
import { fileFault, lstatIfPresent, mkdirs } from '../../system/files.ts';
import { giveTree } from '../../system/foreign-directory.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import type { Places } from '../../system/places.ts';
import { configuredRepositories } from '../../system/portage-configuration.ts';
import { printable } from '../../system/printable.ts';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  readonly home: string;
}

/** The fields of the line of /etc/passwd or /etc/group that has this name or number. */
function entryOf(file: string, who: string): string[] | undefined {
  const rows = (readOrdinaryText(file) ?? '').split('\n').map(line => line.split(':'));
  return rows.find(([name]) => name === who) ?? rows.find(([, , id]) => id === who);
}

/** `user`, `user:group` or `:group`, by name or number, as Portage reads it; undefined for one that is not there. */
function ownerNamed(text: string): Owner | undefined {
  const [user = '', group] = text.split(/:(.*)/s);
  const account = user === '' ? [] : entryOf('/etc/passwd', user);
  const groups = group === undefined ? [] : entryOf('/etc/group', group);
  if (account === undefined || groups === undefined) return undefined;
  return {
    uid: Number(account[2] ?? 0),
    gid: Number(groups[2] ?? account[3] ?? 0),
    name: account[0] ?? 'root',
    home: account[5] ?? '/',
  };
}

/**
 * The one whom `sync-user` names for what olm makes; undefined where there is none but the caller. Fault `refused` where
 * that one is not there, or where two repositories name different ones: what one overlay takes of another stands in both.
 */
export function syncOwner(located: Located, environment: NodeJS.ProcessEnv = process.env): Owner | undefined {
  const { order } = configuredRepositories(located, environment);
  const named = order.flatMap(({ section: { name, syncType, syncUser } }) =>
    syncType === 'olm' && syncUser !== undefined ? [{ name, syncUser }] : [],
  );
  const [first] = named;
  if (first === undefined) return undefined;
  const other = named.find(({ syncUser }) => syncUser !== first.syncUser);
  if (other !== undefined)
    throw new Fault(
      'refused',
      `repos.conf: sync-user is ${printable(first.syncUser)} for ${first.name} and ${printable(other.syncUser)} for ${other.name}; the repositories of olm have one`,
      { hint: "write one 'sync-user = NAME' into [DEFAULT], or the same into each section" },
    );
  const owner = ownerNamed(first.syncUser);
  // Portage refuses such a section as well; what is made as root meanwhile would be root's
  if (owner === undefined)
    throw new Fault(
      'refused',
      `repos.conf: [${first.name}] sync-user = ${printable(first.syncUser)}: no such user or group`,
      { hint: 'getent passwd' },
    );
  return owner;
}

/**
 * Gives the directories of olm, made where they are missing, to the owner with all in them, unless they are the owner's.
 * Only root can. Faults of files.
 */
export function handOver(places: Places, owner: Owner): void {
  if (process.getuid?.() !== 0) return;
  for (const directory of [places.systemState('olm'), join(places.eroot, 'var/cache/tumpline/olm')]) {
    if (lstatIfPresent(directory) === undefined) mkdirs(directory, 0o755);
    try {
      // an overlay's directory may have come while nobody was named, or by another command
      const looked = [directory, ...readdirSync(directory).map(name => join(directory, name))].map(path =>
        lstatSync(path),
      );
      if (looked.some(({ uid, gid }) => uid !== owner.uid || gid !== owner.gid)) giveTree(directory, owner);
    } catch (error) {
      throw fileFault(error, directory);
    }
  }
}
