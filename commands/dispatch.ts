/** Picks the command from a program's table. What needs no parser is answered before one is loaded. */
import packageJson from '../package.json' with { type: 'json' };
import { Fault } from '../system/fault.ts';
import { nearest } from '../system/nearest.ts';
import { printable } from '../system/printable.ts';
import {
  type Command,
  type CommandGroup,
  commandsOf,
  type Invocation,
  isGroup,
  type Program,
  type Row,
} from './command.ts';
import { groupOverview, overview } from './overview.ts';
import { report } from './report.ts';

function rowNamed({ name: program, table }: Program, word: string): Row {
  const command = table.find(({ name }) => name === word);
  if (command !== undefined) return command;
  const near = nearest(word, [...table.map(({ name }) => name), 'help', '--help', '--version']);
  const what = word.startsWith('-') ? 'option' : 'command';
  throw new Fault('usage', `${printable(word)}: no such ${what}`, {
    hint: `${program} ${near ?? '--help'}`,
  });
}

/** The command of a group, named by both words. */
function inGroup(program: Program, group: CommandGroup, word: string): Command {
  const command = commandsOf(group).find(({ name }) => name === `${group.name} ${word}`);
  if (command !== undefined) return command;
  const near = nearest(
    word,
    group.subcommands.map(({ name }) => name),
  );
  const what = word.startsWith('-') ? 'option' : 'command';
  throw new Fault('usage', `${group.name}: no such ${what}: ${printable(word)}`, {
    hint: `${program.name} ${group.name} ${near ?? '--help'}`,
  });
}

/** The words before `--`, which alone are ours to read. */
function ownWords(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end === -1 ? args : args.slice(0, end);
}

/** Whether the caller reads JSON, so that a fault has to be JSON as well. */
function wantsJson(args: readonly string[]): boolean {
  const words = ownWords(args);
  return (
    words.includes('--json') ||
    words.some(
      (word, at) => /^--format(=json)?$/.test(word) && (word.endsWith('=json') || words[at + 1] === 'json'),
    )
  );
}

function asksHelp(word: string | undefined): boolean {
  return word === '--help' || word === '-h';
}

async function invocationOf(
  program: Program,
  command: Command,
  args: readonly string[],
): Promise<Invocation> {
  const needed = command.positionals?.some(({ required }) => required) ?? false;
  if (args.length === 0 && !needed) return { options: {}, positionals: [], rest: [] };
  const { parseArguments } = await import('./parse.ts');
  return parseArguments(program.name, command, args);
}

async function dispatch(program: Program, args: readonly string[]): Promise<number> {
  const [first, ...others] = args;
  if (first === undefined) {
    process.stderr.write(overview(program, packageJson.version));
    return 2;
  }
  if (first === '--version' || first === '-V') {
    process.stdout.write(`${program.name} ${packageJson.version}\n`);
    return 0;
  }
  const asked = first === '--help' || first === '-h' || first === 'help';
  if (asked && others[0] === undefined) {
    process.stdout.write(overview(program, packageJson.version));
    return 0;
  }
  const row = rowNamed(program, asked ? (others.shift() ?? '') : first);
  let command: Command;
  if (isGroup(row)) {
    const word = others.shift();
    const toHelp = asked || asksHelp(word);
    if (word === undefined || asksHelp(word)) {
      (toHelp ? process.stdout : process.stderr).write(groupOverview(program, row));
      return toHelp ? 0 : 2;
    }
    command = inGroup(program, row, word);
  } else command = row;
  if (asked || ownWords(others).some(asksHelp)) {
    const { helpOf } = await import('./parse.ts');
    process.stdout.write(await helpOf(program.name, command));
    return 0;
  }
  const invocation = await invocationOf(program, command, others);
  const handle = await command.load();
  return handle(invocation);
}

/** The whole run of a program: what it prints, and `process.exitCode`. */
export async function runProgram(program: Program, args: readonly string[]): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      // a reader that went away has seen enough
      process.exit(error.code === 'EPIPE' ? (process.exitCode ?? 0) : 1);
    });
  }
  process.once('SIGINT', () => process.exit(130));
  try {
    process.exitCode = await dispatch(program, args);
  } catch (error) {
    process.exitCode = report(error, wantsJson(args));
  }
}
