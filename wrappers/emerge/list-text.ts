/** A pretended list as text for people: the packages by reason, and the chain that takes longest. Pure. */
import type { GraphIndex, GraphNode } from '../../portage/graph.ts';
import { criticalPath } from '../../portage/graph-paths.ts';
import type { DocumentNode } from './graph-document.ts';
import { nameRows, type OutcomeStyle } from './outcome-text.ts';
import { elapsedText, namesOf } from './picture/names.ts';

/** In the order in which people look for them. */
const reasons = ['new', 'new slot', 'upgrade', 'downgrade', 'slot rebuild', 'changed USE', 'reinstall'];

function reasonOf({ type, reason }: GraphNode): string {
  return type === 'uninstall' ? 'uninstall' : (reason ?? 'listed');
}

/** Lines; none where no reason is known, since nothing was pretended. */
export function reasonLines(listed: readonly GraphNode[], columns: number): string[] {
  if (listed.every(({ reason }) => reason === undefined)) return [];
  const names = namesOf(listed, true);
  const groups = new Map<string, string[]>();
  for (const node of listed) {
    const reason = reasonOf(node);
    groups.set(reason, [...(groups.get(reason) ?? []), names.get(node.id) ?? node.id]);
  }
  const place = (reason: string) => (reasons.includes(reason) ? reasons.indexOf(reason) : reasons.length);
  const found = [...groups].sort(([a], [b]) => place(a) - place(b));
  const width = Math.max(...found.map(([reason, group]) => `${reason} ${group.length}`.length));
  return found.flatMap(([reason, group]) => {
    const head = `${reason} ${group.length}`.padEnd(width);
    return nameRows(`${head} `, group, columns);
  });
}

/**
 * The critical path as one line of at most `columns`: by predicted time where most packages have one (the others count
 * as their mean), else each counts alike. Undefined where no listed package needs another.
 */
export function chainLine(
  listed: readonly DocumentNode[],
  index: GraphIndex,
  { columns, unicode }: OutcomeStyle,
): string | undefined {
  const seconds = new Map(
    listed.flatMap(({ id, predicted }) => (predicted === undefined ? [] : [[id, predicted] as const])),
  );
  const timed = seconds.size * 2 > listed.length;
  const mean = [...seconds.values()].reduce((sum, one) => sum + one, 0) / seconds.size;
  const { path, length } = criticalPath(index, id => (timed ? (seconds.get(id) ?? mean) : 1));
  if (path.length < 2) return undefined;
  const names = namesOf(listed, false);
  const words = path.map(id => names.get(id) ?? id);
  const arrow = unicode ? ' ▸ ' : ' > ';
  const head = timed
    ? `critical path, ${words.length} packages, about ${elapsedText(length)}: `
    : `longest chain, ${words.length} packages: `;
  for (let cut = 0; cut <= words.length - 2; cut += 1) {
    const kept = words.length - cut;
    // what ends it is what waits for all the others
    const after = Math.ceil(kept / 2);
    const middle = cut === 0 ? [] : [`${unicode ? '…' : '..'} +${cut}`];
    const line =
      head + [...words.slice(0, kept - after), ...middle, ...words.slice(words.length - after)].join(arrow);
    if (line.length <= columns) return line;
  }
  return `${head}${words.at(-1)}`.slice(0, columns);
}

/** Lines with line ends, for a list that was pretended. */
export function listText(listed: readonly DocumentNode[], index: GraphIndex, style: OutcomeStyle): string {
  const groups = reasonLines(listed, style.columns);
  if (groups.length === 0) return '';
  const chain = chainLine(listed, index, style);
  return ['', ...groups, ...(chain === undefined ? [] : ['', chain])].map(line => `${line}\n`).join('');
}
