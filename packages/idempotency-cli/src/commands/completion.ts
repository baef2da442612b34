import { Argument, type Command } from 'commander';
import { bashCompletion } from '../completion/bash.js';
import { shapesOf } from '../completion/command-shape.js';
import { fishCompletion } from '../completion/fish.js';
import { zshCompletion } from '../completion/zsh.js';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion };

/** `idem completion`: what a shell reads to complete the words of `idem`. */
export function addCompletionCommand(program: Command): void {
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'the shell').choices(Object.keys(scripts)))
    .action((shell: keyof typeof scripts) => {
      process.stdout.write(scripts[shell](shapesOf(program)));
    });
}
