/** `tumpline sets cleanup --pretend`: what depclean would remove, and why each package goes. */
import { parseAtom } from '../portage/atom.ts';
import { checkSets } from '../sets/check.ts';
import { pretendDepclean, type Removal, removals } from '../sets/cleanup.ts';
import { generate } from '../sets/generate.ts';
import { readInstalledGraph } from '../sets/installed-graph.ts';
import { membersNow, remember } from '../sets/memory.ts';
import { Fault } from '../system/fault.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { emergeLogPath } from '../system/portage-log.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { warn } from './report.ts';
import { type Desk, placeText, setsDesk } from './sets.ts';
import { withPortage } from './sets-facts.ts';

/** Exit status 1 when something would be removed. */
export async function setsCleanup(invocation: Invocation): Promise<number> {
  if (!flag(invocation, 'pretend'))
    throw new Fault('usage', 'sets cleanup: only looks, with --pretend; removing is for emerge', {
      hint: 'tumpline sets cleanup --pretend',
    });
  const desk = await setsDesk(invocation);
  const { located, installed, catalogue, selected } = desk;
  for (const { path, line, set, what, severity } of checkSets(catalogue, selected.sets, { selected }))
    if (severity === 'broken')
      warn(`${path === undefined ? `@${printable(set)}` : placeText(path, line)}: ${printable(what)}`);
  // emerge looks at generated sets, where there are some
  await generate(located);
  const [cpvs, graph, memory] = await Promise.all([
    pretendDepclean(located),
    readInstalledGraph(located, installed),
    rememberSelected(desk),
  ]);
  const found = removals(cpvs, installed, graph, memory, emergeLogPath(located));
  if (flag(invocation, 'json'))
    process.stdout.write(jsonDocument('tumpline.sets.cleanup/1', { packages: found }));
  else process.stdout.write(cleanupText(found));
  return found.length === 0 ? 0 : 1;
}

/** What the selected sets hold is kept in mind, so that what has left since can be told. */
async function rememberSelected(desk: Desk) {
  const { lookup, context } = await withPortage(desk, desk.selected.sets);
  return remember(desk.located, membersNow(desk.selected.sets, lookup, context));
}

function cleanupText(found: readonly Removal[]): string {
  if (found.length === 0) return 'depclean would remove nothing\n';
  const paint = painter(process.stdout);
  const width = Math.min(40, Math.max(...found.map(({ cpv }) => cpv.length)));
  const lines = found.map(one => `${printable(one.cpv).padEnd(width)}  ${paint('dim', whyText(one))}`);
  const count = `depclean would remove ${found.length} package${found.length === 1 ? '' : 's'}`;
  return `${[...lines, `${count}; to do it: emerge --ask --depclean`].join('\n')}\n`;
}

function day(time: number): string {
  return new Date(time * 1000).toISOString().slice(0, 10);
}

function whyText({ left, neededBy, mergedBy }: Removal): string {
  const parts = left.map(({ set, time }) => `left @${printable(set)} by ${day(time)}`);
  const names = neededBy.map(cpv => parseAtom(`=${cpv}`)?.cp ?? cpv);
  if (names.length > 0) {
    const more = names.length > 2 ? ` and ${names.length - 2} more` : '';
    parts.push(`only for ${names.slice(0, 2).map(printable).join(', ')}${more}, which go too`);
  } else parts.push('nothing needs it');
  const call = mergedBy?.targets.slice(0, 3).map(printable).join(' ') ?? '';
  if (mergedBy !== null && call !== '') parts.push(`came with emerge ${call}, ${day(mergedBy.time)}`);
  return parts.join('; ');
}
