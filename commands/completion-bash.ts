/** The completion of bash: plain bash 4, without the helper functions of bash-completion. */
import type { Command, Option } from './command.ts';

function optionWords(command: Command): string {
  const options = Object.entries(command.options ?? {}).map(([name, { type }]) =>
    type === 'string' ? `--${name}=` : `--${name}`,
  );
  return [...options, '--help'].join(' ');
}

function valueCase(command: string, name: string, option: Option): string {
  const reply =
    option.choices === undefined
      ? `compgen -${option.completes === 'directory' ? 'd' : 'f'} -- "$cur"`
      : `compgen -W '${option.choices.join(' ')}' -- "$cur"`;
  return `    '${command} --${name}') mapfile -t COMPREPLY < <(${reply}); compopt -o filenames 2>/dev/null; return ;;`;
}

export function bashCompletion(table: readonly Command[]): string {
  const values = table.flatMap(command =>
    Object.entries(command.options ?? {})
      .filter(([, option]) => option.type === 'string')
      .map(([name, option]) => valueCase(command.name, name, option)),
  );
  const words = table.map(command => {
    const first = command.positionals?.[0]?.words?.() ?? [];
    return `    ${command.name}) options='${optionWords(command)}' words='${first.join(' ')}' ;;`;
  });
  return `# bash completion of tumpline; load it with: source <(tumpline completion bash)
_tumpline() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD - 1]} command=\${COMP_WORDS[1]} options='' words='' i
  COMPREPLY=()
  if [[ $COMP_CWORD -eq 1 ]]; then
    mapfile -t COMPREPLY < <(compgen -W '${table.map(({ name }) => name).join(' ')} help --help --version' -- "$cur")
    return
  fi
  # the line editor takes --name=value apart at the equals sign
  if [[ $cur == = ]]; then
    cur=''
  elif [[ $prev == = ]]; then
    prev=\${COMP_WORDS[COMP_CWORD - 2]}
  fi
  for ((i = 2; i < COMP_CWORD; i++)); do
    [[ \${COMP_WORDS[i]} == -- ]] && return
  done
  case "$command $prev" in
${values.join('\n')}
  esac
  case $command in
${words.join('\n')}
    help) words='${table.map(({ name }) => name).join(' ')}' ;;
  esac
  if [[ $cur == -* ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$options" -- "$cur")
    [[ \${COMPREPLY[0]-} == *= ]] && compopt -o nospace 2>/dev/null
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}
complete -F _tumpline tumpline
`;
}
