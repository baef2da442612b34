import { NOTHING_STORED } from './durability.js';
import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** The ceiling of the stack. */
export async function startNoop(stores: Stores): Promise<Side> {
  const server = await startOwnProgram(stores, 'noop', {});
  return { ...server, databaseUrl: undefined, durability: () => Promise.resolve(NOTHING_STORED) };
}
