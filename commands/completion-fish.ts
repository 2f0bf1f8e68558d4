/** The completion of fish. */
import {
  type Command,
  commandsOf,
  isGroup,
  type Option,
  type Positional,
  type Program,
  type Row,
  shownOptions,
} from './command.ts';

function quoted(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

function optionLine(own: string, seen: string, name: string, option: Option): string {
  const words = [`complete -c ${own}`, `-n ${quoted(seen)}`, `-l ${name}`];
  if (option.alias !== undefined) words.push(`-s ${option.alias}`);
  if (option.choices !== undefined) words.push('-x', `-a ${quoted(option.choices.join(' '))}`);
  else if (option.completes === 'directory') words.push('-x', `-a '(__fish_complete_directories)'`);
  else if (option.type === 'string') words.push('-r');
  words.push(`-d ${quoted(option.describe)}`);
  return words.join(' ');
}

/** `offered`: when its name comes next; `seen`: when its words do. */
function commandLines(own: string, command: Command, offered: string, seen: string): string[] {
  const lines = [
    `complete -c ${own} -n ${offered} -a ${command.name} -d ${quoted(command.summary)}`,
    ...shownOptions(command).map(([name, option]) => optionLine(own, seen, name, option)),
  ];
  for (const { words, describe, completes } of command.positionals ?? []) {
    const known = completes ? calls[completes][1] : (words?.().join(' ') ?? '');
    if (known !== '')
      lines.push(`complete -c ${own} -n ${quoted(seen)} -a ${quoted(known)} -d ${quoted(describe)}`);
  }
  return lines;
}

function rowLines(own: string, row: Row): string[] {
  const seen = `__fish_seen_subcommand_from ${row.name}`;
  if (!isGroup(row)) return commandLines(own, row, '__fish_use_subcommand', seen);
  const names = row.subcommands.map(({ name }) => name).join(' ');
  const next = quoted(`${seen}; and not __fish_seen_subcommand_from ${names}`);
  return [
    `complete -c ${own} -n __fish_use_subcommand -a ${row.name} -d ${quoted(row.summary)}`,
    ...row.subcommands.flatMap(command =>
      commandLines(own, command, next, `${seen}; and __fish_seen_subcommand_from ${command.name}`),
    ),
  ];
}

const setNames = `function __tumpline_sets
  set -l base "$PORTAGE_OVERRIDE_EPREFIX"
  set -l directories (cat "$base/var/lib/tumpline/sets/paths" 2>/dev/null; or echo "$base/etc/portage/sets")
  set -l sign ''
  string match -q '@*' -- (commandline -ct); and set sign @
  for file in $directories/*
    test -f "$file"; and string match -rv '~$|\\.(metadata|use|accept_keywords)$' $sign(string replace -r '.*/' '' $file)
  end
end`;

const listedNames = `function __olm_list
  set -l base "$PORTAGE_OVERRIDE_EPREFIX"
  test -n "$PORTAGE_CONFIGROOT"; and set base "$PORTAGE_CONFIGROOT"
  set -l files $base/etc/overlayman/packages $base/etc/overlayman/packages/*
  cat $files 2>/dev/null | string match -r '^\\s*[a-zA-Z0-9+_./:-]+::[a-zA-Z0-9_-]+' | string trim | string replace -r $argv[1] '' | sort -u
end`;

/** The function of fish that prints words of a kind, and the call. */
const calls: Record<NonNullable<Positional['completes']>, readonly [source: string, call: string]> = {
  set: [setNames, '(__tumpline_sets)'],
  listed: [listedNames, `(__olm_list ':.*')`],
  overlay: [listedNames, `(__olm_list '.*:')`],
};

export function fishCompletion({ name: own, aliases = [], table }: Program): string {
  const positionals = table.flatMap(commandsOf).flatMap(command => command.positionals ?? []);
  const sources = new Set(positionals.flatMap(({ completes }) => (completes ? [calls[completes][0]] : [])));
  return [
    `# fish completion of ${own}; put it into ~/.config/fish/completions/${own}.fish`,
    ...sources,
    `complete -c ${own} -f`,
    `complete -c ${own} -n __fish_use_subcommand -l help -d 'show the commands'`,
    `complete -c ${own} -n __fish_use_subcommand -l version -d 'show the version'`,
    ...table.flatMap(row => rowLines(own, row)),
    ...aliases.map(alias => `complete -c ${alias} -w ${own}`),
    '',
  ].join('\n');
}
