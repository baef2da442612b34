import { UsageError } from './arguments.js';
import { WAL_OF } from './sides/aged-postgres.js';
import { Stores } from './sides/stores.js';

/**
 * Runs a benchmark with stores of its own and ends them whatever happens, a signal included. A failure is one line on
 * standard error and exit code 1.
 */
export async function withStores(
  run: (stores: Stores, atEnd: (stop: () => Promise<void>) => void) => Promise<void>,
  walMegabytes: number = WAL_OF.case,
): Promise<void> {
  const stores = await Stores.create(walMegabytes);
  const stops: (() => Promise<void>)[] = [() => stores.stop()];
  let ending: Promise<void> | undefined;
  const end = (): Promise<void> => (ending ??= endAll(stops));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void end().then(() => process.exit(1)));
  }
  try {
    await run(stores, (stop) => stops.unshift(stop));
  } catch (error) {
    // What fails because everything is being ended is no news.
    if (ending === undefined) tell(error);
    process.exitCode = 1;
  } finally {
    await end();
  }
}

/** Runs a program; arguments that it refuses are one line on standard error and exit code 1. */
export async function exitOnUsageError(program: () => Promise<void>): Promise<void> {
  try {
    await program();
  } catch (error) {
    const isUsage = error instanceof UsageError || isParseArgsError(error);
    if (!isUsage) throw error;
    tell(error);
    process.exitCode = 1;
  }
}

function isParseArgsError(error: unknown): boolean {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

async function endAll(stops: readonly (() => Promise<void>)[]): Promise<void> {
  for (const stop of stops) await stop();
}

function tell(error: unknown): void {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
}
