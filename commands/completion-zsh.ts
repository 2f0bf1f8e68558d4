/** The completion of zsh, by its own _arguments and _describe. */
import { type Command, isGroup, type Option, type Program, type Row, shownOptions } from './command.ts';
import { wordCall, wordFunctions } from './completion-words.ts';

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
    const known = completes ? `->${completes}` : (words?.().join(' ') ?? '');
    const action = known === '' || completes ? known : `(${known})`;
    return `'${many ? '*' : index + 1}:${name}:${action}'`;
  });
  const options = shownOptions(command).map(argument);
  return [...options, "'--help[show its options]'", ...positionals];
}

function branch(command: Command, indent = '    '): string {
  const found = command.positionals?.flatMap(({ completes }) => completes ?? []) ?? [];
  const specs = argumentsOf(command).join(` \\\n${indent}    `);
  const more = [...new Set(found)].map(kind => {
    const sign = kind === 'set' ? 'compset -P @; ' : '';
    return `\n${indent}  [[ $state == ${kind} ]] && { ${sign}compadd -- \${(f)"$(${wordCall(kind)})"} }`;
  });
  return `${indent}${command.name})\n${indent}  _arguments ${specs}${more.join('')} ;;`;
}

function described(rows: readonly Row[], indent: string): string {
  return rows.map(({ name, summary }) => `${indent}'${name}:${quoted(summary)}'`).join('\n');
}

function rowBranch(row: Row): string {
  if (!isGroup(row)) return branch(row);
  return `    ${row.name})
      local -a subcommands
      subcommands=(
${described(row.subcommands, '        ')}
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

export function zshCompletion(program: Program): string {
  const { name: own, aliases = [], table } = program;
  const names = [own, ...aliases].join(' ');
  return `#compdef ${names}
# zsh completion of ${own}; put it into a directory of $fpath as _${own}
${wordFunctions(program)}
_${own}() {
  local -a commands
  commands=(
${described(table, '    ')}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    _arguments '--help[show the commands]' '--version[show the version]'
    return
  fi
  local command=$words[2] state
  shift words
  (( CURRENT-- ))
  case $command in
${table.map(rowBranch).join('\n')}
    help) _describe command commands ;;
  esac
}
if [[ $funcstack[1] == _${own} ]]; then
  _${own} "$@"
else
  compdef _${own} ${names}
fi
`;
}
