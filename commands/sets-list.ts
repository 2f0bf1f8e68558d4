/** `tumpline sets list`: every set, in 80 columns. */
import { type ListedSet, listSets } from '../sets/listing.ts';
import { jsonDocument } from '../system/json.ts';
import { painter } from '../system/paint.ts';
import { printable } from '../system/printable.ts';
import { flag, type Invocation } from './command.ts';
import { setsDesk } from './sets.ts';
import { withoutPortage } from './sets-facts.ts';

export async function setsList(invocation: Invocation): Promise<number> {
  const desk = await setsDesk(invocation);
  const { lookup, context } = await withoutPortage(desk);
  const sets = listSets(desk.catalogue, lookup, context, desk.selected.sets, desk.installed);
  const gone = desk.selected.sets.filter(name => !sets.some(({ source }) => source.name === name));
  if (flag(invocation, 'json')) {
    const all = sets.map(({ source, ...rest }) => ({
      name: source.name,
      kind: source.kind,
      origin: source.origin,
      repository: source.repository ?? null,
      path: source.path ?? null,
      section: source.section,
      description: source.description ?? null,
      shadows: source.shadows,
      worldCandidate: source.worldCandidate,
      ...rest,
    }));
    process.stdout.write(jsonDocument('tumpline.sets.list/1', { sets: all, gone }));
    return 0;
  }
  process.stdout.write(tableText(sets, gone, flag(invocation, 'all'), process.stdout.columns ?? 80));
  return 0;
}

interface Row {
  readonly mark: string;
  readonly name: string;
  readonly entries: string;
  readonly there: string;
  readonly source: string;
  readonly description: string;
  readonly broken: boolean;
}

function rowOf({ source, selected, entries, total, installed, broken }: ListedSet): Row {
  return {
    mark: selected ? '*' : ' ',
    name: printable(source.name),
    entries: entries === null ? '?' : String(entries),
    there: total === null ? '?' : `${installed}/${total}`,
    source: sourceText(source),
    description: printable(source.description ?? ''),
    broken,
  };
}

/** Short: a user's directory says more than `user`. */
function sourceText({ origin, repository, section }: ListedSet['source']): string {
  if (origin === 'repository') return `::${printable(repository ?? '')}`;
  return origin === 'section' ? `[${printable(section)}]` : origin;
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, Math.max(0, width - 1))}…`;
}

function tableText(
  sets: readonly ListedSet[],
  gone: readonly string[],
  all: boolean,
  columns: number,
): string {
  const paint = painter(process.stdout);
  const inTable = sets.filter(({ source, selected }) => all || selected || source.origin !== 'portage');
  const rows = inTable.map(rowOf);
  const rest = sets.filter(one => !inTable.includes(one)).map(({ source }) => `@${printable(source.name)}`);
  const head = {
    mark: ' ',
    name: 'set',
    entries: 'lines',
    there: 'installed',
    source: 'from',
    description: '',
  };
  const widest = (key: 'name' | 'entries' | 'there' | 'source', limit: number) =>
    Math.min(limit, Math.max(...[head, ...rows].map(row => row[key].length)));
  const width = {
    name: widest('name', 32) + 1,
    entries: widest('entries', 6),
    there: widest('there', 11),
    source: widest('source', 14),
  };
  const used = width.name + width.entries + width.there + width.source + 8;
  const room = Math.max(0, Math.min(columns, 160) - used);
  const lines = rows.map(row => {
    const name = cut(`@${row.name}`, width.name).padEnd(width.name);
    const rest = [
      row.entries.padStart(width.entries),
      row.there.padStart(width.there),
      cut(row.source, width.source).padEnd(width.source),
    ].join('  ');
    const said = row.broken
      ? paint('red', cut('broken: tumpline sets check', room))
      : cut(row.description, room);
    return `${row.mark} ${paint('set', name)}  ${rest}  ${said}`.trimEnd();
  });
  const title = [
    '  set'.padEnd(width.name + 2),
    head.entries.padStart(width.entries),
    head.there.padStart(width.there),
    head.source,
  ].join('  ');
  const missing = gone.map(name =>
    paint('red', `* @${printable(name)}  is selected, but there is no such set`),
  );
  const table = rows.length === 0 ? [] : [paint('bold', title), ...lines];
  const own =
    rest.length === 0 ? [] : ['', ...wrapped(`Portage's own: ${rest.join(' ')}`, Math.min(columns, 80))];
  const legend = inTable.some(one => one.selected) ? ['', '* selected: in world_sets'] : [];
  return `${[...table, ...missing, ...legend, ...own].join('\n')}\n`;
}

function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < columns)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}
