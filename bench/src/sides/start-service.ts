import { fileURLToPath } from 'node:url';
import { durabilityOf } from './durability.js';
import { listeningUrl, startServer } from './server-process.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

const program = fileURLToPath(import.meta.resolve('@infra-services/idempotency-api/internal/main.js'));

/** This service with its defaults, on a database of its own. */
export async function startService(stores: Stores): Promise<Side> {
  return startServiceOn(stores, 'service', await stores.createDatabase('service'));
}

/** This service on a database that exists; `settings` are environment variables beside its defaults. */
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
    env: { NODE_ENV: 'production', DATABASE_URL: databaseUrl, PORT: '0', ...settings },
    logFile: stores.logFile(name),
    ready: listeningUrl,
  });
  return { ...server, databaseUrl, durability: () => durabilityOf(databaseUrl) };
}
