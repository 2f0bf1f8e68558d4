/** The completion of zsh, by its own _arguments and _describe. */
import type { Command, Option } from './command.ts';

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

function branch(command: Command): string {
  const positionals = (command.positionals ?? []).map(({ name, words }, index) => {
    const known = words?.().join(' ') ?? '';
    return `'${index + 1}:${name}:${known === '' ? '' : `(${known})`}'`;
  });
  const specs = [
    ...Object.entries(command.options ?? {}).map(argument),
    "'--help[show its options]'",
    ...positionals,
  ];
  return `    ${command.name})\n      _arguments ${specs.join(' \\\n        ')} ;;`;
}

export function zshCompletion(table: readonly Command[]): string {
  const names = table.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`);
  return `#compdef tumpline
# zsh completion of tumpline; put it into a directory of $fpath as _tumpline
_tumpline() {
  local -a commands
  commands=(
${names.join('\n')}
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
${table.map(branch).join('\n')}
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
