/** The completion of bash: plain bash 4, without the helper functions of bash-completion. */
import { type Command, commandsOf, isGroup, type Option, type Program, shownOptions } from './command.ts';
import { wordCall, wordFunctions } from './completion-words.ts';

function optionWords(command: Command): string {
  const options = shownOptions(command).map(([name, { type }]) =>
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

export function bashCompletion(program: Program): string {
  const { name: own, aliases = [], table } = program;
  const commands = table.flatMap(commandsOf);
  const groups = table.filter(isGroup);
  const values = commands.flatMap(command =>
    shownOptions(command)
      .filter(([, option]) => option.type === 'string')
      .map(([name, option]) => valueCase(command.name, name, option)),
  );
  const words = commands.map(command => {
    const [first] = command.positionals ?? [];
    const known = first?.completes
      ? `$(${wordCall(first.completes)})`
      : `'${(first?.words?.() ?? []).join(' ')}'`;
    return `    '${command.name}') options='${optionWords(command)}' words=${known} ;;`;
  });
  const subcommands = groups.map(
    ({ name, subcommands }) =>
      `    ${name}) if [[ $COMP_CWORD -eq 2 ]]; then words='${subcommands.map(sub => sub.name).join(' ')}' options=--help; else command+=" \${COMP_WORDS[2]}"; fi ;;`,
  );
  return `# bash completion of ${own}; load it with: source <(${own} completion bash)
${wordFunctions(program)}
_${own}() {
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
  case $command in
${subcommands.join('\n')}
  esac
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
  elif [[ $cur == @* ]]; then
    mapfile -t COMPREPLY < <(compgen -P @ -W "$words" -- "\${cur#@}")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
}
complete -F _${own} ${[own, ...aliases].join(' ')}
`;
}
