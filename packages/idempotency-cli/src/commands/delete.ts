import type { Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { Failure } from '../failure.js';
import { printJson } from '../printing.js';

interface DeleteOptions extends ConnectionOptions, NamespaceOption {
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** `idem delete`: forget a record. */
export function addDeleteCommand(program: Command): void {
  const command = program
    .command('delete')
    .description('forget a record: its key can be executed again')
    .addArgument(keyArgument())
    .option('--force', 'even in progress or unknown; needs --yes')
    .option('--yes', 'nobody is executing it, and it may happen again');
  addConnectionOptions(addNamespaceOption(command)).action(async (key: string, options: DeleteOptions) => {
    const { namespace, force = false, yes = false, json } = options;
    // The same at a terminal and in a script: a question would hang the one, and its absence surprise the other.
    if (force && !yes) {
      const message = 'An open record that is deleted can be executed a second time';
      throw new Failure('USAGE', message, { action: 'If you know that nobody executes it, add --yes.' });
    }
    await connect(options).delete({ namespace, key }, { force });
    if (json) printJson({ deleted: { namespace, key } });
  });
}
