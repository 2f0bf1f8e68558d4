/** `olm sync [OVERLAY…]`: what is listed becomes what Portage sees. */
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { asOwner, callAs, ownerToBe } from '../wrappers/olm/as-owner.ts';
import type { OlmDesk } from '../wrappers/olm/desk.ts';
import { readSelections } from '../wrappers/olm/list.ts';
import { outcomeText, type SyncReport } from '../wrappers/olm/outcome.ts';
import { handOver } from '../wrappers/olm/owner.ts';
import { syncOverlays } from '../wrappers/olm/sync.ts';
import { flag, type Invocation } from './command.ts';
import { deskFor } from './olm-desk.ts';
import { placed, tellProblems } from './olm-problems.ts';

/** Portage asks by `--portage`: 0 nothing new, 10 something changed. */
const changedForPortage = 10;

/** Notes of one overlay that are shown one by one. */
const mostNotes = 5;

export async function olmSync(invocation: Invocation): Promise<number> {
  const desk = await deskFor(invocation);
  const owner = ownerToBe(desk);
  const pretend = flag(invocation, 'pretend');
  if (owner !== undefined) {
    if (pretend) return callAs(desk, owner);
    const listed = readSelections(desk.overlayman).selections.map(({ atom }) => atom.repo ?? '');
    return asOwner(desk, owner, listed);
  }
  const names = invocation.positionals;
  const report = await syncOverlays(desk, {
    ...(names.length === 0 ? {} : { names }),
    ...(desk.portage ? {} : { progress }),
    ...{ pretend, offline: flag(invocation, 'offline'), anew: flag(invocation, 'anew') },
  });
  if (!desk.portage) progress('');
  // the first repository is what makes repos.conf name somebody
  const named = pretend ? undefined : ownerToBe(desk);
  if (named !== undefined) handOver(desk.places, named);
  if (flag(invocation, 'json')) process.stdout.write(syncDocument(report, pretend));
  else process.stdout.write(reportText(desk, report, pretend));
  tellProblems([...report.problems, ...report.overlays.flatMap(({ problems }) => problems)]);
  if (desk.portage && report.status === 0) return report.changed ? changedForPortage : 0;
  return report.status;
}

/** One row on a terminal, which the next text takes the place of. */
function progress(text: string): void {
  if (!process.stderr.isTTY || process.env['TERM'] === 'dumb') return;
  const room = Math.max(10, (process.stderr.columns ?? 80) - 1);
  process.stderr.write(`\r\u001b[K${text === '' ? '' : painter(process.stderr)('dim', text.slice(0, room))}`);
}

function syncDocument(report: SyncReport, pretend: boolean): string {
  const overlays = report.overlays.map(({ revision, problems, passing: _, ...rest }) => ({
    ...rest,
    revision: revision ?? null,
    problems: problems.map(placed),
  }));
  const { changed, notes, problems } = report;
  return jsonDocument('tumpline.olm.sync/1', {
    pretend,
    changed,
    overlays,
    notes,
    problems: problems.map(placed),
  });
}

/** A line for each overlay; Portage's own calls say only what is new. */
function reportText(desk: OlmDesk, report: SyncReport, pretend: boolean): string {
  const paint = painter(process.stdout);
  const lines: string[] = report.notes.map(note => paint('dim', printable(note)));
  for (const outcome of report.overlays) {
    const quiet = desk.portage && outcome.state === 'unchanged';
    if (quiet && !outcome.passing) continue;
    const style = outcome.state === 'failed' ? 'red' : outcome.state === 'kept' ? 'yellow' : 'bold';
    const text = outcomeText(outcome, pretend);
    lines.push(paint(style, text.slice(0, text.indexOf(':'))) + text.slice(text.indexOf(':')));
    for (const note of outcome.notes.slice(0, mostNotes)) lines.push(paint('dim', `  ${printable(note)}`));
    const more = outcome.notes.slice(mostNotes);
    // what is published can be looked at again, the rest of the notes is told by a sync alone
    const standing = !pretend && more.every(note => note.includes(' is found nowhere'));
    const where = standing ? 'olm check' : `olm sync --json${pretend ? ' --pretend' : ''}`;
    if (more.length > 0) lines.push(paint('dim', `  and ${more.length} more: ${where}`));
  }
  if (report.overlays.length === 0 && report.problems.length === 0 && !desk.portage)
    lines.push('nothing is listed; to begin: olm add CATEGORY/PACKAGE::OVERLAY');
  if (pretend && report.changed) lines.push('nothing was changed; to do it: olm sync');
  if (desk.places.personal && report.overlays.length > 0 && !pretend)
    lines.push(
      `made in ${printable(desk.state)}, where Portage does not look; to have it there: olm sync as root`,
    );
  return lines.map(line => `${line}\n`).join('');
}
