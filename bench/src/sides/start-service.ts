import { fileURLToPath } from 'node:url';
import { durabilityOf } from './durability.js';
import { listeningUrl, startServer } from './server-process.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

const program = fileURLToPath(import.meta.resolve('@infra-services/idempotency-api/internal/main.js'));

/** No side writes a line for a call that went well; this service would by default, which costs it 5 µs a call. */
const QUIET = { LOG_CALLS: 'failed' };

/** This service on a database of its own. */
export async function startService(stores: Stores): Promise<Side> {
  return startServiceOn(stores, 'service', await stores.createDatabase('service'));
}

/** This service on a database that exists; `settings` are environment variables beside the bench's. */
export async function startServiceOn(
  stores: Stores,
  name: string,
  databaseUrl: string,
  settings: Readonly<Record<string, string>> = {},
): Promise<Side> {
  const server = await startServer({
    name,
    command: process.execPath,
    args: [program],
    env: { NODE_ENV: 'production', DATABASE_URL: databaseUrl, PORT: '0', ...QUIET, ...settings },
    logFile: stores.logFile(name),
    ready: listeningUrl,
  });
  return { ...server, databaseUrl, durability: () => durabilityOf(databaseUrl) };
}
