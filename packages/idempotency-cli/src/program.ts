import { Command } from 'commander';
import { addClaimCommand } from './commands/claim.js';
import { addCompleteCommand } from './commands/complete.js';
import { addCompletionCommand } from './commands/completion.js';
import { addDeleteCommand } from './commands/delete.js';
import { addGetCommand } from './commands/get.js';
import { addListCommand } from './commands/list.js';
import { addReleaseCommand } from './commands/release.js';
import { addResolveCommand } from './commands/resolve.js';
import { addRunCommand } from './commands/run.js';
import { addStatsCommand } from './commands/stats.js';
import { addTokenCommand } from './commands/token.js';

/** The whole command line. It throws what goes wrong; telling people is its caller's. */
export function createProgram(version: string): Command {
  const program = new Command('idem')
    .description('Run a command at most once across hosts, and operate the Idempotency API.')
    .version(version)
    // Options after the command, so that `idem run … ls --json` leaves --json to ls.
    .enablePositionalOptions()
    .exitOverride()
    .configureOutput({ outputError: () => undefined });
  addRunCommand(program);
  addGetCommand(program);
  addListCommand(program);
  addResolveCommand(program);
  addDeleteCommand(program);
  addClaimCommand(program);
  addCompleteCommand(program);
  addReleaseCommand(program);
  addStatsCommand(program);
  addTokenCommand(program);
  addCompletionCommand(program);
  return program;
}
