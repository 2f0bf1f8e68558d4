/** `olm list`: the lines of the list by overlay, where each overlay comes from, and what is published of it. */
import type { Selection } from '../portage/files/overlay-list.ts';
import { shownUri } from '../system/git.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { findOverlays } from '../wrappers/olm/overlays.ts';
import { type PublishedState, publishedOverlays, readPublished } from '../wrappers/olm/published.ts';
import { flag, type Invocation } from './command.ts';
import { listDesk } from './olm.ts';
import { placed, tellProblems } from './olm-problems.ts';

interface ListedOverlay {
  readonly name: string;
  /** Empty for a master that is taken along, or for what waits to be taken away. */
  readonly lines: readonly Selection[];
  readonly uri: string | null;
  readonly problem: string | null;
  readonly published: PublishedState | undefined;
}

/** Exit status 1 where a line is none. */
export async function olmList(invocation: Invocation): Promise<number> {
  const { overlays: desk, places } = listDesk(invocation, true);
  const { selections, problems } = readSelections(desk.overlayman);
  const state = places.state('olm');
  const names = [...new Set(selections.map(({ atom }) => atom.repo ?? ''))];
  const { specs, problems: faults } = await findOverlays(names, desk);
  const along = publishedOverlays(state).filter(name => !names.includes(name));
  const overlays = [...names, ...along].map((name): ListedOverlay => {
    const published = readPublished(state, name);
    const uri = specs.get(name)?.uri ?? published?.uri;
    const fault = faults.get(name);
    return {
      name,
      lines: selections.filter(({ atom }) => atom.repo === name),
      uri: uri === undefined ? null : shownUri(uri),
      // that no list of overlays was fetched yet is no news
      problem: fault === undefined || fault.code === 'offline' ? null : fault.message,
      published,
    };
  });
  if (flag(invocation, 'json'))
    process.stdout.write(
      jsonDocument('tumpline.olm.list/1', {
        overlays: overlays.map(documentOf),
        problems: problems.map(placed),
      }),
    );
  else if (overlays.length > 0) {
    const width = Math.min(50, Math.max(0, ...selections.map(({ text }) => text.length)));
    process.stdout.write(overlays.map(overlay => overlayText(overlay, width)).join(''));
  } else if (problems.length === 0)
    process.stdout.write(
      `nothing is listed in ${printable(desk.overlayman)}/packages; to list something: olm add\n`,
    );
  tellProblems(problems);
  return problems.length === 0 ? 0 : 1;
}

/** Whether Portage sees what the line asks for, as far as a sync has looked at it. */
function isSynced({ text }: Selection, published: PublishedState | undefined): boolean {
  return published?.selections.some(selection => selection.text === text) ?? false;
}

function documentOf({ name, lines, uri, problem, published }: ListedOverlay): object {
  const selections = lines.map(selection => {
    const { text, file, line } = selection;
    return { text, file, line, synced: isSynced(selection, published) };
  });
  if (published === undefined) return { name, uri, problem, selections, published: null };
  const { revision, time = null, packages, eclasses } = published;
  const there = { revision, time, packages: packages.length, eclasses: eclasses.length };
  return { name, uri, problem, selections, published: there };
}

function counted(count: number, one: string, several: string): string[] {
  return count === 0 ? [] : [`${count} ${count === 1 ? one : several}`];
}

/** `width` is that of the longest line. */
function overlayText({ name, lines, uri, problem, published }: ListedOverlay, width: number): string {
  const paint = painter(process.stdout);
  const { packages = [], eclasses = [] } = published ?? {};
  const there = [
    ...counted(packages.length, 'package', 'packages'),
    ...counted(eclasses.length, 'eclass', 'eclasses'),
  ].join(', ');
  const along = lines.length === 0 ? 'nothing of it is listed' : '';
  const said = [uri ?? '', there, along].filter(text => text !== '');
  return [
    [paint('bold', name), ...said.map(text => paint('dim', printable(text)))].join('  '),
    ...(problem === null ? [] : [`  ${paint('red', printable(problem))}`]),
    ...lines.map(selection => {
      const place = paint('dim', `${printable(selection.file)}:${selection.line}`);
      const state = isSynced(selection, published) ? '' : `  ${paint('yellow', 'not synced yet')}`;
      return `  ${selection.text.padEnd(width)}  ${place}${state}`;
    }),
    '',
  ].join('\n');
}
