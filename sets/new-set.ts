/** Where a set that is made anew is put. */
import { join } from 'node:path';
import { isSetName } from '../portage/files/set-file.ts';
import { Fault } from '../system/fault.ts';
import { lstatIfPresent } from '../system/files.ts';
import { printable } from '../system/printable.ts';
import type { Catalogue } from './catalogue.ts';

/** Faults where it cannot be the name of a set of the user's, is one already, or there is no directory for it. */
export function newSetPath(catalogue: Catalogue, name: string, directory?: string): string {
  const path = userSetPath(catalogue, name, directory);
  if (lstatIfPresent(path) === undefined) return path;
  throw new Fault('refused', `${printable(path)}: stands there already`, {
    hint: `tumpline sets edit ${printable(name)}`,
  });
}

/** As newSetPath, whether or not something stands there. */
export function userSetPath(catalogue: Catalogue, name: string, directory?: string): string {
  const folder = directory ?? catalogue.directories[0];
  const parts = name.split('/');
  if (
    !isSetName(name) ||
    parts.some(part => part === '' || part.startsWith('.') || part.endsWith('~')) ||
    /\.(metadata|use|accept_keywords)$/.test(name) ||
    /[-+/]@/.test(name)
  )
    throw new Fault('usage', `${printable(name)}: cannot be the name of a set`, {
      hint: 'man 5 tumpline-sets',
    });
  const known = catalogue.sets.get(name);
  if (known !== undefined && known.path === undefined)
    throw new Fault('refused', `@${printable(name)}: is a set that is no file`, {
      hint: 'tumpline sets list --all',
    });
  if (folder === undefined)
    throw new Fault('missing', 'USER_SETS_PATH: names no directory of sets', { hint: 'man 5 tumpline-sets' });
  return join(folder, name);
}
