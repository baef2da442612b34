import type { CommandShape, OptionShape } from './command-shape.js';

/** For fish 3. */
export function fishCompletion(commands: readonly CommandShape[]): string {
  return `# fish completion of idem: idem completion fish | source
function __idem_uses
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; and not contains -- -- $words
end
function __idem_wraps
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $argv[1]; and contains -- -- $words
end
function __idem_wrapped
    set -l words (commandline -opc)
    set -l end (contains -i -- -- $words)
    complete -C (string join ' ' -- (string escape -- $words[(math $end + 1)..]) (commandline -ct))
end
complete -c idem -f
${commands.flatMap(linesOf).join('\n')}
`;
}

function linesOf(command: CommandShape): string[] {
  const { name, description, choices } = command;
  const uses = `complete -c idem -n '__idem_uses ${name}'`;
  return [
    `complete -c idem -n 'test (count (commandline -opc)) -eq 1' -a ${name} -d ${quote(description)}`,
    ...command.options.map((option) => `${uses} ${flagsOf(option)} -d ${quote(option.description)}`),
    ...(choices.length > 0 ? [`${uses} -a ${quote(choices.join(' '))}`] : []),
    ...(command.wrapsCommand ? [`complete -c idem -n '__idem_wraps ${name}' -a '(__idem_wrapped)'`] : []),
  ];
}

function flagsOf({ flags, takesValue, choices }: OptionShape): string {
  const names = flags.map((flag) => (flag.startsWith('--') ? `-l ${flag.slice(2)}` : `-s ${flag.slice(1)}`));
  const values = choices.length > 0 ? ` -a ${quote(choices.join(' '))}` : '';
  return `${names.join(' ')}${takesValue ? ` -x${values}` : ''}`;
}

function quote(text: string): string {
  return `'${text.replaceAll(/['\\]/gu, String.raw`\$&`)}'`;
}
