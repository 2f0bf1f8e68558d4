/** The completion of fish. */
import type { Command, Option } from './command.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function optionLine(command: string, name: string, option: Option): string {
  const words = [
    'complete -c tumpline',
    `-n ${quoted(`__fish_seen_subcommand_from ${command}`)}`,
    `-l ${name}`,
  ];
  if (option.alias !== undefined) words.push(`-s ${option.alias}`);
  if (option.choices !== undefined) words.push('-x', `-a ${quoted(option.choices.join(' '))}`);
  else if (option.completes === 'directory') words.push('-x', `-a '(__fish_complete_directories)'`);
  else if (option.type === 'string') words.push('-r');
  words.push(`-d ${quoted(option.describe)}`);
  return words.join(' ');
}

function commandLines(command: Command): string[] {
  const lines = [
    `complete -c tumpline -n __fish_use_subcommand -a ${command.name} -d ${quoted(command.summary)}`,
    ...Object.entries(command.options ?? {}).map(([name, option]) => optionLine(command.name, name, option)),
  ];
  for (const { words, describe } of command.positionals ?? []) {
    const known = words?.().join(' ') ?? '';
    const seen = quoted(`__fish_seen_subcommand_from ${command.name}`);
    if (known !== '')
      lines.push(`complete -c tumpline -n ${seen} -a ${quoted(known)} -d ${quoted(describe)}`);
  }
  return lines;
}

export function fishCompletion(table: readonly Command[]): string {
  return `# fish completion of tumpline; put it into ~/.config/fish/completions/tumpline.fish
complete -c tumpline -f
complete -c tumpline -n __fish_use_subcommand -l help -d 'show the commands'
complete -c tumpline -n __fish_use_subcommand -l version -d 'show the version'
${table.flatMap(commandLines).join('\n')}
`;
}
