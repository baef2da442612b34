import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeReport, exitCodeOf } from '@infra-services/idempotency-checker';
import { hireUndertaker } from './cluster/processes.js';
import { runChaos } from './run.js';

/** The service as it is built here. */
const SERVICE = fileURLToPath(import.meta.resolve('@infra-services/idempotency-api/internal/main.js'));

// `pnpm test:chaos --operations 1000000 --seed 7`: without arguments a round of every fault, as CI runs it.
const { values } = parseArgs({
  // pnpm hands on the `--` that some type before the arguments.
  args: process.argv.slice(2).filter((word) => word !== '--'),
  options: {
    seed: { type: 'string', default: '1' },
    operations: { type: 'string', default: '5000' },
    keep: { type: 'boolean', default: false },
    // The main.js of another build of the service, such as one with a guard taken out.
    service: { type: 'string', default: SERVICE },
  },
});
const seed = Number(values.seed);
const operations = Number(values.operations);
say(`chaos: seed ${seed}, ${operations} operations`);

hireUndertaker();
const result = await runChaos({
  seed,
  operations,
  keep: values.keep,
  service: values.service,
  log: say,
}).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  // Apart from the checker's codes, and from Node's 1 for what nobody catches: nothing is known of the service.
  process.exit(3);
});

const { report, calls, seconds, faults, failovers, defects } = result;
say(`\n${calls} calls in ${seconds.toFixed(0)} s; faults: ${JSON.stringify(faults)}`);
say(`back after promotion: ${failovers.map((ms) => `${Math.round(ms)} ms`).join(', ')}`);
say(`errors in the logs of replicas: ${defects.length}`);
for (const line of defects.slice(0, 5)) say(`  ${line.slice(0, 300)}`);
say(describeReport(report));
// Callers that got nothing through would prove nothing.
const isIdle = report.executions === 0;
if (isIdle) say('nothing was executed');
process.exitCode = isIdle ? 3 : exitCodeOf(report);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
