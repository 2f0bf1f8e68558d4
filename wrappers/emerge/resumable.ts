/** What `emerge --resume` would go on with now. */
import { join } from 'node:path';
import { parseMtimedb } from '../../portage/files/mtimedb.ts';
import type { Located } from '../../system/locate.ts';
import { readOrdinaryText } from '../../system/ordinary-file.ts';
import { listedEntries } from './run-list.ts';

/** mtimedb of a very large world is some hundred KiB. */
const sizeLimit = 32 * 1024 * 1024;

/** Node ids in its order; undefined where there is nothing. As _emerge.actions: the backup counts where the other is empty. */
export function resumableIds({ eroot, eprefix }: Located): string[] | undefined {
  let text: string | undefined;
  try {
    text = readOrdinaryText(join(eroot, 'var/cache/edb/mtimedb'), sizeLimit);
  } catch {
    return undefined;
  }
  const { resume, resumeBackup } = parseMtimedb(text ?? '{}').value;
  const list = [resume, resumeBackup].find(one => one !== undefined && one.mergelist.length > 0);
  return list && listedEntries(list, eprefix).map(({ id }) => id);
}
