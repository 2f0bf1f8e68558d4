/** What there is, for who asks for help or gives no command. */
import type { CommandGroup, Program, Row } from './command.ts';

function rowsOf(table: readonly Row[]): string {
  const width = Math.max(...table.map(({ name }) => name.length));
  return table.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join('\n');
}

/** The answer to `PROGRAM GROUP --help`. */
export function groupOverview(program: Program, { name, summary, subcommands }: CommandGroup): string {
  return `usage: ${program.name} ${name} COMMAND [options]

${summary}

${rowsOf(subcommands)}

  ${program.name} ${name} COMMAND --help   its options

See ${program.name}-${name}(1).
`;
}

export function overview({ name, about, pages, table }: Program, version: string): string {
  return `${name} ${version}: ${about}

usage: ${name} COMMAND [options]

${rowsOf(table)}

  ${name} COMMAND --help   its options
  ${name} --version        only the version

Exit status: 0 done; 1 failed, or something was found; 2 wrong usage; 75 try again; 130 interrupted.
See ${pages}.
`;
}
