import { durabilityOf } from './durability.js';
import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** What a competent engineer writes in an afternoon instead, on a database of its own. */
export async function startHandRolled(stores: Stores): Promise<Side> {
  return startHandRolledOn(stores, await stores.createDatabase('hand_rolled'));
}

export async function startHandRolledOn(stores: Stores, databaseUrl: string): Promise<Side> {
  const server = await startOwnProgram(stores, 'hand-rolled', { DATABASE_URL: databaseUrl });
  return { ...server, databaseUrl, durability: () => durabilityOf(databaseUrl) };
}
