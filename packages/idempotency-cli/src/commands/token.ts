import { createHash, randomBytes } from 'node:crypto';
import { Option, type Command } from 'commander';
import { printJson } from '../printing.js';

interface TokenOptions {
  readonly tenant: string;
  readonly namespace: readonly string[];
  readonly scope: readonly string[];
  readonly json?: boolean;
}

/** What a tokens file of the service holds of a token: never the token itself. */
interface TokenEntry {
  /** SHA-256 of the whole token, prefix included, in hexadecimal. */
  readonly sha256: string;
  readonly tenant: string;
  readonly namespaces: readonly string[];
  readonly scopes: readonly string[];
}

/** `idem token`: mints an API token, here and without the service. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('mint an API token, and its entry for the tokens file of the service')
    .option('--tenant <tenant>', 'whose calls it makes', 'default')
    .option('--namespace <namespaces...>', 'where it may be used', ['*'])
    .addOption(
      new Option('--scope <scopes...>', 'what it may do')
        .choices(['execute', 'operate'])
        .default(['execute']),
    )
    .option('--json', 'output as JSON')
    .action(({ tenant, namespace, scope, json }: TokenOptions) => {
      const token = mintToken();
      const sha256 = createHash('sha256').update(token).digest('hex');
      const entry: TokenEntry = { sha256, tenant, namespaces: namespace, scopes: scope };
      if (json) printJson({ token, entry });
      else process.stdout.write(`token, shown this once: ${token}\nentry: ${JSON.stringify(entry)}\n`);
    });
}

/** 256 random bits. The prefix lets scanners of leaked secrets recognize it. */
function mintToken(): string {
  return `idem_${randomBytes(32).toString('base64url')}`;
}
