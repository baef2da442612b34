import type { Command } from 'commander';

export interface OptionShape {
  /** `--namespace`, `-n`; the long one first. */
  readonly flags: readonly string[];
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** What the completion scripts know of a command. */
export interface CommandShape {
  readonly name: string;
  readonly description: string;
  readonly options: readonly OptionShape[];
  /** Of its first argument. */
  readonly choices: readonly string[];
  /** Whether another command and its words follow `--`. */
  readonly wrapsCommand: boolean;
}

/**
 * The command line, read from commander's own tree so that the scripts cannot drift from it. The scripts are made once
 * and hold everything, as asking `idem` at each Tab would start Node.js at each Tab; and they hand what follows
 * `idem run … --` to the completion of that command, which generators for commander do not.
 */
export function shapesOf(program: Command): CommandShape[] {
  return program.commands.map((command) => ({
    name: command.name(),
    description: command.description(),
    options: command.options.map((option) => ({
      flags: [option.long, option.short].filter((flag) => flag !== undefined),
      description: option.description,
      takesValue: option.required || option.optional,
      choices: option.argChoices ?? [],
    })),
    choices: command.registeredArguments[0]?.argChoices ?? [],
    wrapsCommand: command.registeredArguments.some((argument) => argument.variadic),
  }));
}
