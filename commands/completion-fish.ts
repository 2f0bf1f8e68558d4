/** The completion of fish. */
import { type Command, isGroup, type Option, type Row } from './command.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function optionLine(seen: string, name: string, option: Option): string {
  const words = ['complete -c tumpline', `-n ${quoted(seen)}`, `-l ${name}`];
  if (option.alias !== undefined) words.push(`-s ${option.alias}`);
  if (option.choices !== undefined) words.push('-x', `-a ${quoted(option.choices.join(' '))}`);
  else if (option.completes === 'directory') words.push('-x', `-a '(__fish_complete_directories)'`);
  else if (option.type === 'string') words.push('-r');
  words.push(`-d ${quoted(option.describe)}`);
  return words.join(' ');
}

/** `offered`: when its name comes next; `seen`: when its words do. */
function commandLines(command: Command, offered: string, seen: string): string[] {
  const lines = [
    `complete -c tumpline -n ${offered} -a ${command.name} -d ${quoted(command.summary)}`,
    ...Object.entries(command.options ?? {}).map(([name, option]) => optionLine(seen, name, option)),
  ];
  for (const { words, describe, completes } of command.positionals ?? []) {
    const known = completes === 'set' ? '(__tumpline_sets)' : (words?.().join(' ') ?? '');
    if (known !== '')
      lines.push(`complete -c tumpline -n ${quoted(seen)} -a ${quoted(known)} -d ${quoted(describe)}`);
  }
  return lines;
}

function rowLines(row: Row): string[] {
  const seen = `__fish_seen_subcommand_from ${row.name}`;
  if (!isGroup(row)) return commandLines(row, '__fish_use_subcommand', seen);
  const names = row.subcommands.map(({ name }) => name).join(' ');
  const next = quoted(`${seen}; and not __fish_seen_subcommand_from ${names}`);
  return [
    `complete -c tumpline -n __fish_use_subcommand -a ${row.name} -d ${quoted(row.summary)}`,
    ...row.subcommands.flatMap(command =>
      commandLines(command, next, `${seen}; and __fish_seen_subcommand_from ${command.name}`),
    ),
  ];
}

export function fishCompletion(table: readonly Row[]): string {
  return `# fish completion of tumpline; put it into ~/.config/fish/completions/tumpline.fish
function __tumpline_sets
  set -l base "$PORTAGE_OVERRIDE_EPREFIX"
  set -l directories (cat "$base/var/lib/tumpline/sets/paths" 2>/dev/null; or echo "$base/etc/portage/sets")
  set -l sign ''
  string match -q '@*' -- (commandline -ct); and set sign @
  for file in $directories/*
    test -f "$file"; and string match -rv '~$|\\.(metadata|use|accept_keywords)$' $sign(string replace -r '.*/' '' $file)
  end
end
complete -c tumpline -f
complete -c tumpline -n __fish_use_subcommand -l help -d 'show the commands'
complete -c tumpline -n __fish_use_subcommand -l version -d 'show the version'
${table.flatMap(rowLines).join('\n')}
`;
}
