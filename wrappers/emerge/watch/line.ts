/** Rows of text with colours, as wide as they may be. Pure. */
import type { Palette, Role, Style } from '../picture/model.ts';
import { printable } from '../picture/names.ts';

/** How a row may look. */
export interface Ink extends Style {
  readonly palette: Palette;
}

/** Text and what it is; `focus` is shown in reverse. */
export type Span = readonly [text: string, role?: Role | 'focus'];

/** The spans one after another, cut at the right edge; not printable ASCII becomes `?`, our own characters apart. */
export function lineOf(spans: readonly Span[], columns: number, ink: Ink): string {
  let room = columns;
  let line = '';
  for (const [text, role] of spans) {
    const look = role === undefined ? '' : role === 'focus' ? '07' : ink.palette[role];
    const cut = [...text].slice(0, room).join('');
    room -= [...cut].length;
    line += ink.color && look !== '' && cut.trim() !== '' ? `\x1b[${look}m${cut}\x1b[m` : cut;
  }
  return line.trimEnd();
}

/** Left and right with what is between; the left is cut where both have no room. */
export function sides(left: readonly Span[], right: readonly Span[], columns: number, ink: Ink): string {
  const width = (spans: readonly Span[]) => spans.reduce((sum, [text]) => sum + [...text].length, 0);
  const room = columns - width(right) - 2;
  if (room < Math.min(12, width(left))) return lineOf(left, columns, ink);
  const all = [...left];
  let surplus = width(all) - room;
  for (let at = all.length - 1; at >= 0 && surplus > 0; at -= 1) {
    const [text, role] = all[at] as Span;
    const kept = Math.max(0, text.length - surplus - 1);
    surplus -= text.length - kept - (kept > 0 ? 1 : 0);
    const cut = kept > 0 ? `${text.slice(0, kept)}${ink.unicode ? '…' : '~'}` : '';
    all[at] = role === undefined ? [cut] : [cut, role];
  }
  const gap = Math.max(2, columns - width(all) - width(right));
  return lineOf([...all, [' '.repeat(gap)], ...right], columns, ink);
}

/** Words of a command line, safe and short. */
export function commandText(words: readonly string[]): string {
  return words.map(word => (/^[\w@%+=:,./~<>*^-]+$/.test(word) ? word : `'${printable(word)}'`)).join(' ');
}

export function rule(columns: number, ink: Ink): Span {
  return [(ink.unicode ? '─' : '-').repeat(columns), 'more'];
}
