/** `olm list`: the lines of the list by overlay, and where each overlay comes from. */
import type { Selection } from '../portage/files/overlay-list.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { findOverlays } from '../wrappers/olm/overlays.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk, tell } from './olm.ts';

/** Exit status 1 where a line is none. */
export async function olmList(invocation: Invocation): Promise<number> {
  const { overlays: desk } = listDesk(invocation, true);
  const { selections, problems } = readSelections(desk.overlayman);
  const byOverlay = new Map<string, Selection[]>();
  for (const selection of selections) {
    const name = selection.atom.repo ?? '';
    byOverlay.set(name, [...(byOverlay.get(name) ?? []), selection]);
  }
  const { specs, problems: faults } = await findOverlays([...byOverlay.keys()], desk);
  const outcome = problems.length === 0 ? 0 : 1;
  if (flag(invocation, 'json')) {
    const overlays = [...byOverlay].map(([name, lines]) => ({
      name,
      uri: specs.get(name)?.uri ?? null,
      problem: faults.get(name)?.message ?? null,
      selections: lines.map(({ text, file, line }) => ({ text, file, line })),
    }));
    process.stdout.write(
      jsonDocument('tumpline.olm.list/1', {
        overlays,
        problems: problems.map(({ hint = null, ...rest }) => ({ ...rest, hint })),
      }),
    );
    return outcome;
  }
  const paint = painter(process.stdout);
  const width = Math.min(50, Math.max(0, ...selections.map(({ text }) => text.length)));
  for (const [name, lines] of byOverlay) {
    const fault = faults.get(name);
    // that nothing was fetched yet is no news
    const place = specs.get(name)?.uri ?? (fault?.code === 'offline' ? '' : fault?.message) ?? '';
    process.stdout.write(
      `${paint('bold', name)}${place === '' ? '' : `  ${paint('dim', printable(place))}`}\n`,
    );
    for (const { text, file, line } of lines)
      process.stdout.write(`  ${text.padEnd(width)}  ${paint('dim', `${printable(file)}:${line}`)}\n`);
  }
  for (const problem of problems) tell(problem);
  if (selections.length === 0 && problems.length === 0)
    process.stdout.write(
      `nothing is listed in ${printable(desk.overlayman)}/packages; to list something: olm add\n`,
    );
  return outcome;
}
