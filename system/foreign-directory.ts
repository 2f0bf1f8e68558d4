/**
 * Directories in which others may write while root works there: each is entered by its descriptor, so that a link that
 * somebody plants meanwhile leads nowhere.
 */
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  lchownSync,
  lstatSync,
  openSync,
  readdirSync,
  rmdirSync,
  unlinkSync,
} from 'node:fs';
import { announce } from './effects.ts';
import { errnoOf } from './files.ts';

const asItIs = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** Runs `work` with a path that goes on meaning this file or directory; undefined for a link and what cannot be opened so. */
function opened<T>(path: string, work: (file: number, at: string) => T): T | undefined {
  let file: number;
  try {
    file = openSync(path, asItIs);
  } catch (error) {
    // a link, a socket, or gone by now
    if (/^(ELOOP|ENXIO|ENOENT|ENOTDIR)$/.test(errnoOf(error) ?? '')) return undefined;
    throw error;
  }
  try {
    return work(file, `/proc/self/fd/${file}`);
  } finally {
    closeSync(file);
  }
}

export interface Whose {
  readonly uid: number;
  readonly gid: number;
}

/** Whose the directory is, where root is about to work in somebody else's. */
export function ownerOf(directory: string): Whose | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const { uid, gid } = lstatSync(directory);
  return uid === 0 ? undefined : { uid, gid };
}

/**
 * Gives a directory with all in it to somebody. A file that has a second name stays as it is: that one may be anywhere.
 * Throws what the file system says.
 */
export function giveTree(path: string, owner: Whose): void {
  const differs = ({ uid, gid }: Whose) => uid !== owner.uid || gid !== owner.gid;
  opened(path, (file, at) => {
    const found = fstatSync(file);
    if (found.isDirectory()) {
      // whose directory it is may put another file in the place of a link
      const links = found.uid === process.getuid?.();
      for (const name of readdirSync(at)) {
        giveTree(`${at}/${name}`, owner);
        const link = links ? lstatSync(`${at}/${name}`) : undefined;
        if (link?.isSymbolicLink() && differs(link)) lchownSync(`${at}/${name}`, owner.uid, owner.gid);
      }
    } else if (!found.isFile() || found.nlink !== 1) return;
    // the directory last: it says whether all of it was done
    if (differs(found)) fchownSync(file, owner.uid, owner.gid);
  });
}

/** Removes `below`, a path with no `..` in it, from the directory `top`, unless a link is on the way. Throws what the file system says. */
export function removeInside(top: string, below: string): void {
  const [first = '', ...others] = below.split('/').filter(part => part !== '');
  opened(top, (file, at) => {
    if (!fstatSync(file).isDirectory() || first === '') return;
    const path = `${at}/${first}`;
    if (others.length > 0) removeInside(path, others.join('/'));
    else removeAll(path, `${top}/${first}`);
  });
}

function removeAll(path: string, shown: string): void {
  announce('rmdir', shown);
  try {
    unlinkSync(path);
    return;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return;
    if (errnoOf(error) !== 'EISDIR' && errnoOf(error) !== 'EPERM') throw error;
  }
  opened(path, (_, at) => {
    for (const name of readdirSync(at)) removeAll(`${at}/${name}`, `${shown}/${name}`);
  });
  rmdirSync(path);
}
