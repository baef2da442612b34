import { fileURLToPath } from 'node:url';
import { describeReport, exitCodeOf } from '@infra-services/idempotency-checker';
import { readArguments, type Arguments } from './arguments.js';
import { hireUndertaker } from './cluster/processes.js';
import { runChaos } from './run.js';

/** The service as it is built here. */
const SERVICE = fileURLToPath(import.meta.resolve('@infra-services/idempotency-api/internal/main.js'));

/** Nothing is known of the service: apart from the checker's codes, and from Node's 1 for what nobody catches. */
const NOTHING_KNOWN = 3;

// `pnpm test:chaos --operations 1000000 --seed 7`: without arguments a round of every fault, as CI runs it.
const { seed, operations, keep, service = SERVICE } = readArgumentsOrExit();
say(`chaos: seed ${seed}, ${operations} operations`);

hireUndertaker();
const result = await runChaos({ seed, operations, keep, service, log: say }).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exit(NOTHING_KNOWN);
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
process.exitCode = isIdle ? NOTHING_KNOWN : exitCodeOf(report);

function readArgumentsOrExit(): Arguments {
  try {
    return readArguments(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`chaos: ${(error as Error).message}\n`);
    process.exit(NOTHING_KNOWN);
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
