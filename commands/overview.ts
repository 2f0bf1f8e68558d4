/** What there is, for who asks for help or gives no command. */
import type { CommandGroup, Row } from './command.ts';

function rowsOf(table: readonly Row[]): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  return table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

/** The answer to `tumpline GROUP --help`. */
export function groupOverview({ name, summary, subcommands }: CommandGroup): string {
  return `usage: tumpline ${name} COMMAND [options]

${summary}

${rowsOf(subcommands)}

  tumpline ${name} COMMAND --help   its options

See tumpline-${name}(1).
`;
}

export function overview(table: readonly Row[], version: string): string {
  return `tumpline ${version}: emerge with a live graph, and what belongs to it

usage: tumpline COMMAND [options]

${rowsOf(table)}

  tumpline COMMAND --help   its options
  tumpline --version        only the version

Exit status: 0 done; 1 failed, or something was found; 2 wrong usage; 75 try again; 130 interrupted.
See tumpline(1) and tumpline.conf(5).
`;
}
