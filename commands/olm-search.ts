/** `olm search WORD`: packages of the overlays that were fetched, and overlays by name and description. */
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { type Found, searchOverlays } from '../wrappers/olm/search.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk } from './olm.ts';
import { warn } from './report.ts';

/** Packages and overlays that are shown; the others are counted. */
const most = 50;

/** Exit status 1 where nothing is found. */
export async function olmSearch(invocation: Invocation): Promise<number> {
  const { overlays: desk } = listDesk(invocation, flag(invocation, 'offline'));
  const word = invocation.positionals[0] ?? '';
  const found = await searchOverlays(word, desk);
  for (const note of found.notes) warn(note);
  const listed = new Set(
    readSelections(desk.overlayman).selections.map(({ atom }) => `${atom.cp}::${atom.repo}`),
  );
  const isListed = (one: { cp: string; overlay: string }) => listed.has(`${one.cp}::${one.overlay}`);
  const nothing = found.packages.length + found.overlays.length === 0;
  if (flag(invocation, 'json')) {
    const packages = found.packages.map(one => ({ ...one, listed: isListed(one) }));
    const overlays = found.overlays.map(({ name, description, homepage, quality, status }) => ({
      name,
      description: description ?? null,
      homepage: homepage ?? null,
      quality: quality ?? null,
      status: status ?? null,
      searched: found.searched.includes(name),
    }));
    const { searched, near = null } = found;
    process.stdout.write(jsonDocument('tumpline.olm.search/1', { packages, overlays, searched, near }));
  } else if (nothing) {
    const where =
      found.searched.length === 0
        ? 'no overlay of that name, and none was fetched yet'
        : `not in ${found.searched.join(' ')}, nor among the overlays that are listed`;
    process.stdout.write(`${printable(word)}: ${where}\n`);
    if (found.near !== undefined) process.stdout.write(`try: olm search ${printable(found.near)}\n`);
  } else process.stdout.write(foundText(found, isListed));
  return nothing ? 1 : 0;
}

function foundText(found: Found, isListed: (one: Found['packages'][number]) => boolean): string {
  const paint = painter(process.stdout);
  const columns = process.stdout.columns ?? 0;
  const cut = (text: string, width: number) =>
    columns > 0 && text.length > width ? `${text.slice(0, Math.max(0, width - 1))}…` : text;
  const packages = found.packages.slice(0, most);
  const width = Math.max(0, ...packages.map(({ cp, overlay }) => cp.length + overlay.length + 2));
  const lines = packages.map(one => {
    const versions = cut(one.versions.join(' '), columns - width - 10);
    const mark = isListed(one) ? `  ${paint('green', 'listed')}` : '';
    return `${`${one.cp}::${one.overlay}`.padEnd(width)}  ${paint('dim', versions)}${mark}`;
  });
  if (found.packages.length > most) lines.push(`and ${found.packages.length - most} packages more`);
  const overlays = found.overlays.slice(0, most);
  if (overlays.length > 0) lines.push(paint('bold', 'overlays'));
  const names = Math.max(0, ...overlays.map(({ name }) => name.length));
  for (const { name, description = '' } of overlays)
    lines.push(`  ${name.padEnd(names)}  ${cut(printable(description), columns - names - 4)}`.trimEnd());
  if (found.overlays.length > most) lines.push(`and ${found.overlays.length - most} overlays more`);
  return `${lines.join('\n')}\n`;
}
