/** `TUMPLINE_DEBUG=FILE`: why something was decided or shown, one line each. */
import { appendFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { printable } from './printable.ts';

const file = process.env['TUMPLINE_DEBUG'] ? resolve(process.env['TUMPLINE_DEBUG']) : undefined;

/** Whether a decision is worth the work of describing it. */
export function debugging(): boolean {
  return file !== undefined;
}

/** Appends `TIME PID PART: TEXT`. `text` may be a function, which then only runs when someone listens. Never throws. */
export function debug(part: string, text: string | (() => string)): void {
  if (file === undefined) return;
  try {
    const said = typeof text === 'string' ? text : text();
    appendFileSync(file, `${new Date().toISOString()} ${process.pid} ${part}: ${printable(said)}\n`);
  } catch {
    // a log that cannot be written must not disturb what it describes
  }
}
