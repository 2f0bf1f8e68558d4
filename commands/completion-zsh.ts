/** The completion of zsh, by its own _arguments and _describe. */
import { type Command, isGroup, type Option, type Row } from './command.ts';
import { setNamesInShell } from './completion-sets.ts';

/** Text inside a single-quoted specification of _arguments or _describe. */
function quoted(text: string): string {
  return text.replaceAll("'", "'\\''").replace(/([[\]:])/g, '\\$1');
}

function argument([name, option]: [string, Option]): string {
  const said = `[${quoted(option.describe)}]`;
  if (option.type === 'boolean') return `'--${name}${said}'`;
  const action =
    option.choices === undefined
      ? option.completes === 'directory'
        ? '_files -/'
        : '_files'
      : `(${option.choices.join(' ')})`;
  return `'--${name}=${said}:${name}:${action}'`;
}

function argumentsOf(command: Command): string[] {
  const positionals = (command.positionals ?? []).map(({ name, words, completes, many }, index) => {
    const known = completes === 'set' ? '->sets' : (words?.().join(' ') ?? '');
    const action = known === '' || completes === 'set' ? known : `(${known})`;
    return `'${many ? '*' : index + 1}:${name}:${action}'`;
  });
  const options = Object.entries(command.options ?? {}).map(argument);
  return [...options, "'--help[show its options]'", ...positionals];
}

function branch(command: Command, indent = '    '): string {
  const takesSets = command.positionals?.some(({ completes }) => completes === 'set') ?? false;
  const specs = argumentsOf(command).join(` \\\n${indent}    `);
  const sets = `\n${indent}  [[ $state == sets ]] && { compset -P @; compadd -- \${(f)"$(_tumpline_sets)"} }`;
  return `${indent}${command.name})\n${indent}  _arguments ${specs}${takesSets ? sets : ''} ;;`;
}

function names(rows: readonly Row[], indent: string): string {
  return rows.map(({ name, summary }) => `${indent}'${name}:${quoted(summary)}'`).join('\n');
}

function rowBranch(row: Row): string {
  if (!isGroup(row)) return branch(row);
  return `    ${row.name})
      local -a subcommands
      subcommands=(
${names(row.subcommands, '        ')}
      )
      if (( CURRENT == 2 )); then
        _describe command subcommands
        return
      fi
      local subcommand=$words[2] state
      shift words
      (( CURRENT-- ))
      case $subcommand in
${row.subcommands.map(command => branch(command, '        ')).join('\n')}
      esac ;;`;
}

export function zshCompletion(table: readonly Row[]): string {
  return `#compdef tumpline
# zsh completion of tumpline; put it into a directory of $fpath as _tumpline
${setNamesInShell}
_tumpline() {
  local -a commands
  commands=(
${names(table, '    ')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '--help[show the commands]' '--version[show the version]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${table.map(rowBranch).join('\n')}
    help) _describe command commands ;;
  esac
}
if [[ $funcstack[1] == _tumpline ]]; then
  _tumpline "$@"
else
  compdef _tumpline tumpline
fi
`;
}
