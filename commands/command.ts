/** What one command is: a row of the table, and the handler that is loaded only when it is called. */
export interface Option {
  describe: string;
  type: 'boolean' | 'string';
  alias?: string;
  /** the only words it takes */
  choices?: readonly string[];
  /** what a shell completes for it */
  completes?: 'directory' | 'file';
  /** only other programs give it: neither help nor completion names it */
  hidden?: boolean;
}

export interface Positional {
  /** as usage shows it: `PART` */
  name: string;
  required: boolean;
  describe: string;
  /** the words to complete, and to suggest where another is given */
  words?: () => readonly string[];
  /** what a shell completes for it where the words are not known beforehand */
  completes?: 'set' | 'listed' | 'overlay';
  /** it may come several times; only the last positional */
  many?: boolean;
}

export interface Invocation {
  /** by long name; undefined when not given */
  options: Readonly<Record<string, boolean | string | undefined>>;
  positionals: readonly string[];
  /** everything behind `--` */
  rest: readonly string[];
}

/** Exit status: 0 done, 1 failed or something was found. Everything else is a Fault. */
type Handler = (invocation: Invocation) => Promise<number>;

export interface Command {
  name: string;
  summary: string;
  positionals?: readonly Positional[];
  options?: Readonly<Record<string, Option>>;
  /** what stands behind `--`, as usage shows it, for commands that take such */
  rest?: string;
  load: () => Promise<Handler>;
}

/** A command whose first word chooses what is done: `tumpline sets list`. */
export interface CommandGroup {
  name: string;
  summary: string;
  subcommands: readonly Command[];
}

export type Row = Command | CommandGroup;

/** One of our programs. */
export interface Program {
  /** as it is typed */
  name: string;
  /** other names of it */
  aliases?: readonly string[];
  /** behind its name and version */
  about: string;
  /** the manual pages to see */
  pages: string;
  table: readonly Row[];
}

export function isGroup(row: Row): row is CommandGroup {
  return 'subcommands' in row;
}

/** A group's commands by their two words, as usage and messages name them. */
export function commandsOf(row: Row): readonly Command[] {
  if (!isGroup(row)) return [row];
  return row.subcommands.map(command => ({ ...command, name: `${row.name} ${command.name}` }));
}

/** The options that are told of. */
export function shownOptions(command: Command): [string, Option][] {
  return Object.entries(command.options ?? {}).filter(([, option]) => !option.hidden);
}

export function flag(invocation: Invocation, name: string): boolean {
  return invocation.options[name] === true;
}

export function word(invocation: Invocation, name: string): string | undefined {
  const value = invocation.options[name];
  return typeof value === 'string' ? value : undefined;
}
