/** Reads the arguments of one command, with yargs. `program` is the name that usage and hints begin with. */
import yargs from 'yargs';
import { Fault } from '../system/fault.ts';
import { nearest } from '../system/nearest.ts';
import { printable } from '../system/printable.ts';
import { type Command, type Invocation, type Option, shownOptions } from './command.ts';

interface Asked {
  readonly program: string;
  readonly command: Command;
}

const settings = {
  'boolean-negation': false,
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'populate--': true,
  'unknown-options-as-args': true,
};

function usageOf(program: string, command: Command): string {
  const words = (command.positionals ?? []).map(({ name, required, many }) => {
    const word = many ? `${name}…` : name;
    return required ? word : `[${word}]`;
  });
  if (shownOptions(command).length > 0) words.push('[options]');
  if (command.rest !== undefined) words.push(`-- ${command.rest}`);
  return [program, command.name, ...words].join(' ');
}

function parserFor(program: string, command: Command, args: readonly string[]) {
  const options = Object.entries(command.options ?? {}).map(
    ([name, option]) => [name, yargsOption(option)] as const,
  );
  return yargs([...args])
    .usage(`usage: ${usageOf(program, command)}\n\n${command.summary}`)
    .options(Object.fromEntries(options))
    .parserConfiguration(settings)
    .help(false)
    .version(false)
    .exitProcess(false)
    .fail(false);
}

function yargsOption({ describe, type, alias, choices, hidden }: Option) {
  return {
    describe: choices === undefined ? describe : `${choices.join('|')}: ${describe}`,
    type,
    requiresArg: type === 'string',
    ...(alias === undefined ? {} : { alias }),
    ...(hidden ? { hidden } : {}),
  };
}

/** The help text of one command. */
export async function helpOf(program: string, command: Command): Promise<string> {
  const columns = Math.min(process.stdout.columns ?? 80, 100);
  const parser = parserFor(program, command, []).wrap(columns);
  const positionals = (command.positionals ?? []).map(({ name, describe, words }) => {
    const known = words?.().join(', ') ?? '';
    return `  ${name}  ${describe}${known === '' ? '' : ` [${known}]`}`;
  });
  const text = await parser.getHelp();
  return `${text}\n${positionals.length === 0 ? '' : `\n${positionals.join('\n')}\n`}`;
}

function wrong({ program, command }: Asked, what: string, near = '--help'): Fault {
  return new Fault('usage', `${command.name}: ${what}`, { hint: `${program} ${command.name} ${near}` });
}

function refuseUnknownOption(asked: Asked, word: string): never {
  const names = shownOptions(asked.command).map(([name]) => `--${name}`);
  const near = nearest(word.replace(/=.*/, ''), [...names, '--help']);
  throw wrong(asked, `unknown option ${printable(word)}`, near);
}

function checkPositionals(asked: Asked, words: readonly string[]): void {
  const positionals = asked.command.positionals ?? [];
  if (words.length > positionals.length && !positionals.at(-1)?.many)
    throw wrong(asked, `does not take '${printable(words[positionals.length] ?? '')}'`);
  for (const [index, positional] of positionals.entries()) {
    const word = words[index];
    if (word === undefined) {
      if (positional.required) throw wrong(asked, `${positional.name} is missing`);
      continue;
    }
    const known = positional.words?.();
    if (known !== undefined && !known.includes(word))
      throw wrong(
        asked,
        `unknown ${positional.name} '${printable(word)}' (known: ${known.join(', ')})`,
        nearest(word, known),
      );
  }
}

function checkOption(
  asked: Asked,
  name: string,
  option: Option,
  value: unknown,
): boolean | string | undefined {
  if (value === undefined) return undefined;
  if (option.type === 'boolean') return value === true;
  const text = String(value);
  if (text === '') throw wrong(asked, `--${name} needs a value`);
  if (option.choices !== undefined && !option.choices.includes(text))
    throw wrong(asked, `--${name} takes ${option.choices.join(' or ')}, not '${printable(text)}'`);
  return text;
}

/** The invocation that the arguments mean. Fault `usage`. */
export async function parseArguments(
  program: string,
  command: Command,
  args: readonly string[],
): Promise<Invocation> {
  const asked = { program, command };
  let parsed: Record<string, unknown>;
  try {
    parsed = (await parserFor(program, command, args).parseAsync()) as Record<string, unknown>;
  } catch (error) {
    const what = error instanceof Error ? error.message : String(error);
    throw wrong(
      asked,
      printable(what).replace(/^Not enough arguments following: (.*)$/, '--$1 needs a value'),
    );
  }
  const words = (parsed['_'] as unknown[]).map(String);
  const rest = ((parsed['--'] ?? []) as unknown[]).map(String);
  const strange = words.find(word => /^-./.test(word));
  if (strange !== undefined) refuseUnknownOption(asked, strange);
  if (rest.length > 0 && command.rest === undefined)
    throw wrong(asked, `takes nothing behind --, but got '${printable(rest[0] ?? '')}'`);
  checkPositionals(asked, words);
  const options: Record<string, boolean | string | undefined> = {};
  for (const [name, option] of Object.entries(command.options ?? {}))
    options[name] = checkOption(asked, name, option, parsed[name]);
  return { options, positionals: words, rest };
}
