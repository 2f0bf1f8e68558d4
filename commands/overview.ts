/** The answer to `tumpline --help`. */
import type { Command } from './command.ts';

export function overview(table: readonly Command[], version: string): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  const rows = table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`);
  return `tumpline ${version}: emerge with a live graph, and what belongs to it

usage: tumpline COMMAND [options]

${rows.join('\n')}

  tumpline COMMAND --help   its options
  tumpline --version        only the version

Exit status: 0 done; 1 failed, or something was found; 2 wrong usage; 75 try again; 130 interrupted.
See tumpline(1) and tumpline.conf(5).
`;
}
