import type { Service } from './run.js';
import { explain } from './startup-failure.js';

/**
 * Starts, and stops on SIGTERM or SIGINT; a second signal ends the process at once. A signal that comes while it
 * starts is kept until there is something to stop, so that no caller who was let in is dropped.
 */
export async function untilStopped(start: () => Promise<Service>): Promise<void> {
  const signalled = firstSignal();
  let service: Service;
  try {
    service = await start();
  } catch (error) {
    process.stderr.write(`idempotency-api: ${explain(error)}\n`);
    process.exitCode = 1;
    return;
  }
  await signalled;
  await service.stop();
}

function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const onFirst = (): void => {
      process.removeListener('SIGTERM', onFirst).removeListener('SIGINT', onFirst);
      process.on('SIGTERM', endAtOnce).on('SIGINT', endAtOnce);
      resolve();
    };
    process.on('SIGTERM', onFirst).on('SIGINT', onFirst);
  });
}

function endAtOnce(): void {
  process.exit(1);
}
