/** `olm diff [OVERLAY…]`: what a sync would change. Exit status 1 when something would. */
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { callAs, ownerToBe } from '../wrappers/olm/as-owner.ts';
import {
  differenceOf,
  type EclassDifference,
  type OverlayDifference,
  type PackageDifference,
  type Words,
} from '../wrappers/olm/difference.ts';
import { syncOverlays } from '../wrappers/olm/sync.ts';
import { flag, type Invocation } from './command.ts';
import { deskFor } from './olm-desk.ts';
import { placed, tellProblems } from './olm-problems.ts';

export async function olmDiff(invocation: Invocation): Promise<number> {
  const desk = await deskFor(invocation);
  // it fetches into what is the owner's
  const owner = ownerToBe(desk);
  if (owner !== undefined) return callAs(desk, owner);
  const overlays: OverlayDifference[] = [];
  const names = invocation.positionals;
  const report = await syncOverlays(desk, {
    pretend: true,
    offline: flag(invocation, 'offline'),
    ...(names.length === 0 ? {} : { names }),
    seen: prepared => {
      const difference = differenceOf(desk, prepared);
      if (difference !== undefined) overlays.push(difference);
    },
  });
  const told = new Set(overlays.map(({ name }) => name));
  for (const { name, state, removed } of report.overlays)
    if (state === 'removed' && !told.has(name)) overlays.push(goneAltogether(name, removed));
  overlays.sort((a, b) => (a.name < b.name ? -1 : 1));
  const problems = [...report.problems, ...report.overlays.flatMap(one => one.problems)];
  if (flag(invocation, 'json'))
    process.stdout.write(jsonDocument('tumpline.olm.diff/1', { overlays, problems: problems.map(placed) }));
  else
    process.stdout.write(
      overlays.length === 0 ? 'nothing would change\n' : overlays.map(overlayText).join('\n'),
    );
  tellProblems(problems);
  return overlays.length === 0 ? report.status : 1;
}

function goneAltogether(name: string, removed: readonly string[]): OverlayDifference {
  const nothing = { added: [], removed: [] };
  const packages = removed.map(cp => ({
    ...{ cp, state: 'gone' as const, versions: { ...nothing, changed: [] } },
    ...{ licenses: nothing, maintainers: nothing, files: [] },
  }));
  return { name, packages, eclasses: [], others: [] };
}

const signs = { new: '+', gone: '-', changed: '~' };

function overlayText({ name, packages, eclasses, others }: OverlayDifference): string {
  const paint = painter(process.stdout);
  const lines = [paint('bold', printable(name))];
  for (const one of packages) lines.push(...packageLines(one));
  for (const one of eclasses) lines.push(eclassLine(one));
  if (others.length > 0) lines.push(`  ${others.map(printable).join(' ')}`);
  return `${lines.join('\n')}\n`;

  function sign(state: 'new' | 'gone' | 'changed'): string {
    const style = state === 'new' ? 'green' : state === 'gone' ? 'red' : 'yellow';
    return paint(style, signs[state]);
  }

  function packageLines({ cp, state, versions, licenses, maintainers, files }: PackageDifference): string[] {
    const changed = versions.changed.map(version => `${version} changed`);
    const said = [...signed(versions), ...changed].join(', ');
    const all = [`${sign(state)} ${printable(cp)}${said === '' ? '' : `  ${printable(said)}`}`];
    const about = (what: string, words: readonly string[]) => {
      if (words.length > 0) all.push(paint('dim', printable(`    ${what}: ${words.join(', ')}`)));
    };
    about('licence', signed(licenses));
    about('maintainer', signed(maintainers));
    if (state === 'changed') about('files', files);
    return all;
  }

  function eclassLine({ name: eclass, state, lines: count }: EclassDifference): string {
    return `${sign(state)} ${printable(eclass)}.eclass  ${count} line${count === 1 ? '' : 's'}`;
  }
}

function signed({ added, removed }: Words): string[] {
  return [...added.map(word => `+${word}`), ...removed.map(word => `-${word}`)];
}
