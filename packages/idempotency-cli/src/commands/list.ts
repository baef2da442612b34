import { limits, type ListRecordsQuery, type RecordSummary } from '@infra-services/idempotency-contract';
import type { IdempotencyClient } from '@infra-services/idempotency-client';
import { Option, type Command } from 'commander';
import { addConnectionOptions, connect, parseNamespace, type ConnectionOptions } from '../connection.js';
import { defined } from '../defined.js';
import { printJson, printTable } from '../printing.js';
import { recordStates } from '../record-states.js';
import { parseInteger } from '../units.js';

interface ListOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly state?: (typeof recordStates)[number];
  readonly createdBefore?: string;
  readonly cursor?: string;
  readonly limit: number;
}

/** `idem list`: records in order of namespace and key. */
export function addListCommand(program: Command): void {
  const command = program
    .command('list')
    .description('list records')
    .option('-n, --namespace <namespace>', 'only this namespace', parseNamespace)
    .addOption(new Option('--state <state>', 'only records seen in this state').choices(recordStates))
    .option('--created-before <time>', 'only records created before this time (RFC 3339)')
    .option('--cursor <cursor>', 'go on where a former list ended')
    .option('--limit <count>', 'records at the most', parseInteger(1, 1_000_000), limits.pageDefault);
  addConnectionOptions(command).action(async (options: ListOptions) => {
    const { namespace, state, createdBefore, cursor, limit } = options;
    const query = defined({ namespace, state, createdBefore, cursor });
    const page = await recordsUpTo(limit, connect(options), query);
    if (options.json) printJson(page);
    else printRecords(page.records, page.nextCursor);
  });
}

interface Listed {
  readonly records: RecordSummary[];
  /** Null where there are no more. */
  readonly nextCursor: string | null;
}

/** Asks for no more than is wanted, so that the cursor stands behind the last record shown. */
async function recordsUpTo(
  limit: number,
  client: IdempotencyClient,
  query: ListRecordsQuery,
): Promise<Listed> {
  const records: RecordSummary[] = [];
  let next: ListRecordsQuery | null = query;
  while (next && records.length < limit) {
    const page = await client.list({ ...next, limit: Math.min(limits.pageMax, limit - records.length) });
    records.push(...page.records);
    next = page.nextCursor === null ? null : { ...query, cursor: page.nextCursor };
  }
  return { records, nextCursor: next?.cursor ?? null };
}

function printRecords(records: readonly RecordSummary[], nextCursor: string | null): void {
  printTable(
    ['NAMESPACE', 'KEY', 'STATE', 'ATTEMPT', 'OWNER', 'CREATED', 'LEASE ENDS', 'EXPIRES'],
    records.map((record) => [
      record.namespace,
      record.key,
      record.state,
      record.attempt,
      record.owner,
      record.createdAt,
      record.leaseExpiresAt,
      record.expiresAt,
    ]),
  );
  if (nextCursor !== null) process.stdout.write(`more: --cursor ${nextCursor}\n`);
}
