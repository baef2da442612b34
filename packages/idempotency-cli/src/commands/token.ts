import { accessFields, scopes, type Scope } from '@infra-services/idempotency-contract';
import { Option, type Command } from 'commander';
import { fieldParser } from '../connection.js';
import { defined } from '../defined.js';
import { printJson } from '../printing.js';
import { addToTokensFile } from '../token/add-to-tokens-file.js';
import { parseExpiry } from '../token/expiry.js';
import { mintToken } from '../token/mint-token.js';

interface TokenOptions {
  readonly tenant: string;
  readonly namespace?: readonly string[];
  readonly scope: readonly Scope[];
  readonly name?: string;
  readonly expires?: string;
  readonly file?: string;
  readonly json?: boolean;
}

/** `idem token`: mints an API token, here and without the service. */
export function addTokenCommand(program: Command): void {
  program
    .command('token')
    .description('mint an API token, and its entry for the tokens file of the service')
    .option('--tenant <tenant>', 'whose calls it makes', parseTenant, 'default')
    .option(
      '--namespace <patterns...>',
      'where it may be used: orders, payments.*; default: all',
      parsePatterns,
    )
    .addOption(new Option('--scope <scopes...>', 'what it may do').choices(scopes).default(['execute']))
    .option('--name <text>', 'what the audit log calls it', parseName)
    .option('--expires <when>', 'a duration from now, 90d, or a time, 2027-05-31T00:00:00Z', parseExpiry)
    .option('--file <path>', 'add the entry to this tokens file, and print the token alone')
    .option('--json', 'output and errors as JSON')
    .action(async ({ tenant, namespace = ['*'], scope, name, expires, file, json }: TokenOptions) => {
      const rights = { tenant, namespaces: namespace, scopes: [...new Set(scope)] };
      const { token, entry } = mintToken({
        ...defined({ name }),
        ...rights,
        ...defined({ expiresAt: expires }),
      });
      // Before it is shown: a token that is printed is one that the file has.
      if (file !== undefined) await addToTokensFile(file, entry);
      if (json) printJson({ token, entry });
      else process.stdout.write(file === undefined ? `${token}\n${JSON.stringify(entry)}\n` : `${token}\n`);
    });
}

const parseTenant = fieldParser(accessFields.tenant, 'It must be 1–128 of A-Z a-z 0-9 . _ : -');
const parseName = fieldParser(
  accessFields.tokenName,
  'It must be 1–128 of A-Z a-z 0-9 . _ : @ / - and spaces.',
);
const parsePattern = fieldParser(
  accessFields.namespacePattern,
  'It must be a namespace, what namespaces begin with and ".*", or "*".',
);

function parsePatterns(text: string, earlier: readonly string[] = []): readonly string[] {
  return [...earlier, parsePattern(text)];
}
