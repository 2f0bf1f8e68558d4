/** EROOT/var/db/repos/NAME: where Portage finds a generated repository, a link to what is published of it. */
import { readlinkSync, rmdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { announce } from '../../system/effects.ts';
import { Fault } from '../../system/fault.ts';
import { errnoOf, fileFault, lstatIfPresent, mkdirs, removeFile } from '../../system/files.ts';
import { setLink } from '../../system/generation.ts';
import { couldWrite } from '../../system/places.ts';
import { printable } from '../../system/printable.ts';
import type { OlmDesk } from './desk.ts';
import { repositoryLink } from './repos-conf.ts';

/** Whether the link is there and is ours. */
export function isLinked(desk: OlmDesk, name: string): boolean {
  const path = repositoryLink(desk.located, name);
  if (!lstatIfPresent(path)?.isSymbolicLink()) return false;
  return resolve(dirname(path), readlinkSync(path)) === join(desk.state, name, 'current');
}

/**
 * Makes the link, in the place of the empty directory too that Portage makes before the first sync. Undefined, or why
 * that is left to somebody else. Fault `refused`: something that is not ours is there.
 */
export function linkRepository(desk: OlmDesk, name: string): string | undefined {
  if (isLinked(desk, name)) return undefined;
  if (desk.places.personal) return undefined;
  const path = repositoryLink(desk.located, name);
  const found = lstatIfPresent(path);
  if (!couldWrite(dirname(path))) return `${printable(path)}: is still to be made; olm sync as root does it`;
  mkdirs(dirname(path), 0o755);
  if (found?.isDirectory()) removeEmpty(path);
  else if (found !== undefined && !(found.isSymbolicLink() && leadsToUs(desk, path))) throw foreign(path);
  setLink(path, join(desk.state, name, 'current'));
  return undefined;
}

/** Left to root where the caller is sync-user. */
export function unlinkRepository(desk: OlmDesk, name: string): void {
  const path = repositoryLink(desk.located, name);
  if (isLinked(desk, name) && couldWrite(dirname(path))) removeFile(path);
}

/** An older form of the link. */
function leadsToUs(desk: OlmDesk, path: string): boolean {
  return resolve(dirname(path), readlinkSync(path)).startsWith(`${desk.state}/`);
}

function removeEmpty(path: string): void {
  try {
    announce('rmdir', path);
    rmdirSync(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOTEMPTY' || errnoOf(error) === 'EEXIST') throw foreign(path);
    throw fileFault(error, path);
  }
}

function foreign(path: string): Fault {
  return new Fault('refused', `${printable(path)}: is there already, and not made by olm`, {
    hint: `ls -la ${printable(path)}`,
  });
}
