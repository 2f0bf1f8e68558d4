/** Rows reserved at the bottom of the terminal by a scroll region (DECSTBM). Control sequences only. Pure. */

export interface Region {
  /** Size of the terminal. */
  readonly rows: number;
  readonly columns: number;
  /** Rows of the region. */
  readonly height: number;
}

/** Makes room without touching what was printed, wherever the cursor is, and keeps emerge out of the rows. */
export function openRegion({ rows, height }: Region): string {
  return `${'\x1bD'.repeat(height)}\x1b[${height}A\x1b7\x1b[1;${rows - height}r\x1b8`;
}

/** Gives the margins back and clears the rows; the cursor stays where emerge left it. */
export function closeRegion({ rows, height }: Region): string {
  const clear = Array.from(
    { length: height },
    (_, index) => `\x1b[${rows - height + 1 + index};1H\x1b[2K`,
  ).join('');
  return `\x1b[?2026h\x1b7\x1b[r${clear}\x1b8\x1b[?2026l`;
}

/** After a change of size the rows stand anywhere below the cursor, which may itself be in the last row now. */
export function abandonRegion(): string {
  return '\x1b7\x1b[r\x1b8\x1b[J';
}

/** One frame. The margins are set again each time, since a child may have reset them. */
export function paintRegion({ rows, height }: Region, lines: readonly string[]): string {
  const top = rows - height;
  const body = lines
    .slice(0, height)
    .map((line, index) => `\x1b[${top + 1 + index};1H\x1b[m${line}\x1b[m\x1b[K`)
    .join('');
  return `\x1b[?2026h\x1b7\x1b[1;${top}r${body}\x1b8\x1b[?2026l`;
}
