import { durabilityOf } from './durability.js';
import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** DBOS on the same PostgreSQL server, in another database. */
export async function startDbos(stores: Stores): Promise<Side> {
  const databaseUrl = await stores.createDatabase('dbos');
  const server = await startOwnProgram(stores, 'dbos', { DATABASE_URL: databaseUrl });
  return { ...server, databaseUrl, durability: () => durabilityOf(databaseUrl) };
}
