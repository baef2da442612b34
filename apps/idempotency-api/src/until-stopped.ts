import type { Service } from './run.js';
import { explain } from './startup-failure.js';

/** Starts, and stops on SIGTERM or SIGINT; a second signal ends the process at once. */
export async function untilStopped(start: () => Promise<Service>): Promise<void> {
  let service: Service;
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(`idempotency-api: ${explain(error)}\n`);
    process.exitCode = 1;
    return;
  }
  const stop = (): void => {
    process.once('SIGTERM', () => process.exit(1));
    process.once('SIGINT', () => process.exit(1));
    void service.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
