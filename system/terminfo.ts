/** What the terminfo entry of a terminal says. Compiled entries: term(5), SVr4 and 32-bit forms. */
import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Numbers of string capabilities in the order of term.h. */
const capabilities = { csr: 3, rc: 126, sc: 128 } as const;

/** Terminals that have margins, for a machine that has no entry of them. */
const known =
  /^(xterm|screen|tmux|rxvt|linux|alacritty|foot|kitty|wezterm|ghostty|konsole|gnome|vte|st|putty|contour|mlterm|vt[1-5]\d\d)\b/;

/** String capability `index` of a compiled entry; undefined where it has none, or is no entry. */
export function stringCapability(entry: Buffer, index: number): string | undefined {
  if (entry.length < 12) return undefined;
  const magic = entry.readUInt16LE(0);
  if (magic !== 0o432 && magic !== 0o1036) return undefined;
  const [names, booleans, numbers, strings] = [2, 4, 6, 8].map(at => entry.readUInt16LE(at)) as [
    number,
    number,
    number,
    number,
  ];
  const flagged = 12 + names + booleans;
  const offsets = flagged + (flagged % 2) + numbers * (magic === 0o432 ? 2 : 4);
  if (index >= strings || offsets + 2 * strings > entry.length) return undefined;
  const offset = entry.readInt16LE(offsets + 2 * index);
  if (offset < 0) return undefined;
  const start = offsets + 2 * strings + offset;
  const end = entry.indexOf(0, start);
  return end < 0 ? undefined : entry.toString('latin1', start, end);
}

/** The compiled entry, where ncurses looks for it. */
function entryOf(term: string, environment: NodeJS.ProcessEnv): Buffer | undefined {
  if (!/^[\w.+-]+$/.test(term)) return undefined;
  const folders = [
    environment['TERMINFO'],
    join(environment['HOME'] ?? homedir(), '.terminfo'),
    ...(environment['TERMINFO_DIRS'] ?? '').split(':'),
    ...['/etc/terminfo', '/lib/terminfo', '/usr/share/terminfo', '/usr/lib/terminfo'],
  ];
  for (const folder of folders) {
    if (!folder) continue;
    for (const below of [term[0] ?? '', term.charCodeAt(0).toString(16)]) {
      try {
        return readFileSync(join(folder, below, term));
      } catch {
        // elsewhere, maybe
      }
    }
  }
  return undefined;
}

/** Whether the terminal that TERM names has margins, and saves the cursor, by the sequences that we write. */
export function hasMargins(environment: NodeJS.ProcessEnv): boolean {
  const term = environment['TERM'] ?? '';
  const entry = entryOf(term, environment);
  if (entry === undefined) return known.test(term);
  return (
    stringCapability(entry, capabilities.csr) === '\x1b[%i%p1%d;%p2%dr' &&
    stringCapability(entry, capabilities.sc) === '\x1b7' &&
    stringCapability(entry, capabilities.rc) === '\x1b8'
  );
}
