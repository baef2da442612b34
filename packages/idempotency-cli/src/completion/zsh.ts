import type { CommandShape, OptionShape } from './command-shape.js';

/** For zsh 5, sourced or as \`_idem\` in \`fpath\`. */
export function zshCompletion(commands: readonly CommandShape[]): string {
  return `#compdef idem
# zsh completion of idem: source <(idem completion zsh)
_idem() {
  local curcontext=$curcontext state line
  local -a commands=(
${commands.map(({ name, description }) => `    ${quote(`${name}:${description}`)}`).join('\n')}
  )
  _arguments -C '1:command:->command' '*::argument:->arguments' && return
  case $state in
  command) _describe command commands ;;
  arguments)
    case $words[1] in
${commands.map(caseOf).join('\n')}
    esac
    ;;
  esac
}
if [[ $funcstack[1] == _idem ]]; then _idem "$@"; else compdef _idem idem; fi
`;
}

function caseOf(command: CommandShape): string {
  const specifications = [...command.options.flatMap(specificationsOf), ...argumentsOf(command)];
  return `    ${command.name}) _arguments -S ${specifications.map(quote).join(' ')} ;;`;
}

function specificationsOf({ flags, description, takesValue, choices }: OptionShape): string[] {
  const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(' ')})` : ''}` : '';
  return flags.map((flag) => `(${flags.join(' ')})${flag}[${escape(description)}]${value}`);
}

function argumentsOf({ wrapsCommand, choices }: CommandShape): string[] {
  if (wrapsCommand) return ['(-)1:command:_command_names -e', '*::argument:_normal'];
  return choices.length > 0 ? [`1:argument:(${choices.join(' ')})`] : ['1:argument:'];
}

/** What \`_arguments\` gives a meaning to inside of a description. */
function escape(description: string): string {
  return description.replaceAll(/[\\[\]:]/gu, String.raw`\$&`);
}

function quote(word: string): string {
  return `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
