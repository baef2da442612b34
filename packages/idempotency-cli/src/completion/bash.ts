import type { CommandShape } from './command-shape.js';

/** For bash 3.2 and newer, with or without the package bash-completion. */
export function bashCompletion(commands: readonly CommandShape[]): string {
  return `# bash completion of idem: source <(idem completion bash)
_idem() {
  local cur=\${COMP_WORDS[COMP_CWORD]} prev=\${COMP_WORDS[COMP_CWORD-1]} i
  COMPREPLY=()
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W ${quote(commands.map(({ name }) => name))} -- "$cur"))
    return
  fi
  case \${COMP_WORDS[1]} in
${commands.map(caseOf).join('\n')}
  esac
}
complete -o bashdefault -o default -F _idem idem
`;
}

function caseOf(command: CommandShape): string {
  const { name, options, choices } = command;
  const flags = options.flatMap((option) => option.flags);
  return `  ${name})
${command.wrapsCommand ? WRAPPED_COMMAND : ''}    case $prev in
${valuesOf(command)}    esac
    if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quote(flags)} -- "$cur"))
    else COMPREPLY=($(compgen -W ${quote(choices)} -- "$cur")); fi
    ;;`;
}

function valuesOf({ options }: CommandShape): string {
  return options
    .filter(({ takesValue }) => takesValue)
    .map(({ flags, choices }) => {
      const reply =
        choices.length > 0 ? `COMPREPLY=($(compgen -W ${quote(choices)} -- "$cur")); return` : 'return';
      return `    ${flags.join('|')}) ${reply} ;;\n`;
    })
    .join('');
}

/** No reply means files, by \`-o default\`; \`_command_offset\` is bash-completion's. */
const WRAPPED_COMMAND = `    for ((i = 2; i < COMP_CWORD; i++)); do
      [[ \${COMP_WORDS[i]} == -- ]] || continue
      if declare -F _command_offset >/dev/null; then _command_offset $((i + 1))
      elif ((COMP_CWORD == i + 1)); then COMPREPLY=($(compgen -c -- "$cur")); fi
      return
    done
`;

/** Names and flags alone: nothing in them needs more than quotes. */
function quote(words: readonly string[]): string {
  return `'${words.join(' ')}'`;
}
