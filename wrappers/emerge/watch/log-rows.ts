/** The part of a build log that a terminal shows: long lines are folded, and the end is followed like `tail -f`. Pure. */
import type { Style } from '../picture/model.ts';
import { cellsOf } from './cells.ts';
import type { LogLine } from './log-text.ts';

export interface LogLines {
  /** Number of the first line that is kept; those before it are gone. */
  readonly first: number;
  readonly lines: readonly LogLine[];
}

/** The row at the top: a line by its number, and a row of that line. */
export interface Top {
  readonly line: number;
  readonly row: number;
}

export interface Frame {
  readonly columns: number;
  readonly rows: number;
  readonly style: Style;
}

const tabStop = 8;

/** The rows that a line takes, at least one; each ends in the terminal's own colours. */
export function foldLine(line: LogLine, { columns, style }: Pick<Frame, 'columns' | 'style'>): string[] {
  const rows: string[] = [];
  let row = '';
  let cells = 0;
  let open = '';
  const put = (text: string, width: number, look: string) => {
    if (cells + width > columns && cells > 0) {
      rows.push(open === '' ? row : `${row}\x1b[m`);
      row = '';
      cells = 0;
      open = '';
    }
    if (style.color && look !== open) {
      row += open === '' ? `\x1b[${look}m` : `\x1b[m${look === '' ? '' : `\x1b[${look}m`}`;
      open = look;
    }
    row += text;
    cells += width;
  };
  for (const { text, look } of line) {
    for (const character of text) {
      if (character === '\t') {
        const width = Math.min(tabStop - (cells % tabStop), Math.max(1, columns - cells));
        put(' '.repeat(width), width, look);
      } else if (style.unicode || character < '\x7f') put(character, cellsOf(character), look);
      else put('?', 1, look);
    }
  }
  rows.push(open === '' ? row : `${row}\x1b[m`);
  return rows;
}

const folded = new WeakMap<LogLine, { key: string; rows: string[] }>();

/** Folded once as long as the terminal stays as wide. */
function rowsOf(line: LogLine, frame: Frame): string[] {
  const key = `${frame.columns} ${frame.style.color} ${frame.style.unicode}`;
  const known = folded.get(line);
  if (known?.key === key) return known.rows;
  const rows = foldLine(line, frame);
  folded.set(line, { key, rows });
  return rows;
}

/** The top that shows the end. */
function lastTop({ first, lines }: LogLines, frame: Frame): Top {
  let room = frame.rows;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const count = rowsOf(lines[at] as LogLine, frame).length;
    if (count >= room) return { line: first + at, row: count - room };
    room -= count;
  }
  return { line: first, row: 0 };
}

function isBefore(a: Top, b: Top): boolean {
  return a.line < b.line || (a.line === b.line && a.row < b.row);
}

/** The rows from `top` on, or the last ones without it; as many as there are. */
export function visibleRows(log: LogLines, frame: Frame, top: Top | undefined): string[] {
  const from = top ?? lastTop(log, frame);
  const rows: string[] = [];
  for (
    let at = Math.max(0, from.line - log.first);
    at < log.lines.length && rows.length < frame.rows;
    at += 1
  ) {
    const all = rowsOf(log.lines[at] as LogLine, frame);
    rows.push(...all.slice(at + log.first === from.line ? from.row : 0));
  }
  return rows.slice(0, frame.rows);
}

/** `top` moved by so many rows, down to the start of what is kept; undefined, the end is followed, where that is reached. */
export function scroll(log: LogLines, frame: Frame, top: Top | undefined, by: number): Top | undefined {
  const last = lastTop(log, frame);
  let { line, row } = top ?? last;
  row += by;
  const count = (number: number) => {
    const found = log.lines[number - log.first];
    return found === undefined ? 1 : rowsOf(found, frame).length;
  };
  while (row < 0 && line > log.first) {
    line -= 1;
    row += count(line);
  }
  while (row >= count(line) && line < last.line) {
    row -= count(line);
    line += 1;
  }
  const moved = { line: Math.max(line, log.first), row: Math.max(0, row) };
  return isBefore(moved, last) ? moved : undefined;
}
