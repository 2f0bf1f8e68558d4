/** Rows reserved at the bottom of the terminal by a scroll region (DECSTBM). Control sequences only. Pure. */

export interface Region {
  /** Size of the terminal. */
  readonly rows: number;
  readonly columns: number;
  /** Rows of the region. */
  readonly height: number;
}

/**
 * Full margins, and the cursor above the rows: where it stood, unless that was among them. Then what was printed moves
 * up as far as it must. That is so at first, and when a child has reset the terminal and emerge printed on.
 */
function makeRoom(height: number): string {
  return `\x1b7\x1b[r\x1b8${'\x1bD'.repeat(height)}\x1b[${height}A`;
}

/** Gives the margins back and clears the rows; the cursor stays where emerge left it. */
export function closeRegion({ rows, height }: Region): string {
  const clear = Array.from(
    { length: height },
    (_, index) => `\x1b[${rows - height + 1 + index};1H\x1b[2K`,
  ).join('');
  return `\x1b[?2026h${makeRoom(height)}\x1b7${clear}\x1b8\x1b[?2026l`;
}

/** After a change of size the rows stand anywhere below the cursor, which may itself be in the last row now. */
export function abandonRegion(): string {
  return '\x1b7\x1b[r\x1b8\x1b[J';
}

/** One frame, the first or another. Room and margins are made each time, since a child may have reset the terminal. */
export function paintRegion({ rows, height }: Region, lines: readonly string[]): string {
  const top = rows - height;
  const body = lines
    .slice(0, height)
    .map((line, index) => `\x1b[${top + 1 + index};1H\x1b[m${line}\x1b[m\x1b[K`)
    .join('');
  return `\x1b[?2026h${makeRoom(height)}\x1b7\x1b[1;${top}r${body}\x1b8\x1b[?2026l`;
}
