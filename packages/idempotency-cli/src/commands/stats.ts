import { limits, type RecordState, type RecordSummary } from '@infra-services/idempotency-contract';
import type { Command } from 'commander';
import { addConnectionOptions, connect, parseNamespace, type ConnectionOptions } from '../connection.js';
import { defined } from '../defined.js';
import { printJson, printTable } from '../printing.js';
import { recordStates } from '../record-states.js';
import { parseInteger } from '../units.js';

interface StatsOptions extends ConnectionOptions {
  readonly namespace?: string;
  readonly maxRecords: number;
}

type Counts = Record<RecordState, number>;

/**
 * `idem stats`: how many records are in which state. Counted by reading them, as the metrics of the service are of one
 * replica since its start and know no namespaces; bounded, as reading millions would load it for a number.
 */
export function addStatsCommand(program: Command): void {
  const command = program
    .command('stats')
    .description('count records by namespace and state')
    .option('-n, --namespace <namespace>', 'only this namespace', parseNamespace)
    .option('--max-records <count>', 'stop after so many', parseInteger(1, 100_000_000), 100_000);
  addConnectionOptions(command).action(async (options: StatsOptions) => {
    const { namespace, maxRecords, json } = options;
    const records = connect(options).records({ ...defined({ namespace }), limit: limits.pageMax });
    const { counts, isComplete } = await count(records, maxRecords);
    const rows = [...counts].map(([name, byState]) => ({ namespace: name, ...byState }));
    if (json) {
      printJson({ complete: isComplete, namespaces: rows });
      return;
    }
    printTable(
      ['NAMESPACE', ...recordStates.map((state) => state.toUpperCase())],
      rows.map((row) => [row.namespace, ...recordStates.map((state) => row[state])]),
    );
    if (!isComplete)
      process.stdout.write(`only the first ${maxRecords} records: --max-records counts more\n`);
  });
}

async function count(
  records: AsyncIterable<RecordSummary>,
  maxRecords: number,
): Promise<{ counts: ReadonlyMap<string, Counts>; isComplete: boolean }> {
  const counts = new Map<string, Counts>();
  let seen = 0;
  for await (const { namespace, state } of records) {
    if (seen === maxRecords) return { counts, isComplete: false };
    seen += 1;
    const byState = counts.get(namespace) ?? {
      in_progress: 0,
      outcome_unknown: 0,
      completed: 0,
      released: 0,
    };
    byState[state] += 1;
    counts.set(namespace, byState);
  }
  return { counts, isComplete: true };
}
