/** `olm remove ATOM…`: exactly these lines of the list. */
import { jsonDocument } from '../system/json.ts';
import { printable } from '../system/printable.ts';
import { removeSelections } from '../wrappers/olm/list-edit.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk, withList } from './olm.ts';

export async function olmRemove(invocation: Invocation): Promise<number> {
  const { places, overlays } = listDesk(invocation);
  const removed = await withList(places, 'olm remove', async () =>
    removeSelections(overlays.overlayman, invocation.positionals),
  );
  if (flag(invocation, 'json')) {
    const lines = removed.map(({ text, file, line }) => ({ text, file, line }));
    process.stdout.write(jsonDocument('tumpline.olm.remove/1', { removed: lines }));
    return 0;
  }
  for (const { text, file, line } of removed)
    process.stdout.write(`${printable(file)}:${line}: ${text}: removed\n`);
  const names = [...new Set(removed.map(({ atom }) => atom.repo))].sort();
  process.stdout.write(`to have it taken away: olm sync ${names.join(' ')}\n`);
  return 0;
}
