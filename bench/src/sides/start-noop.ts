import { NOTHING_STORED } from './durability.js';
import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** The ceiling of the stack; or what it would be if its calls went in stages, as the service's do. */
export async function startNoop(stores: Stores, inStages: boolean): Promise<Side> {
  const server = await startOwnProgram(stores, 'noop', { IN_STAGES: String(inStages) });
  return { ...server, databaseUrl: undefined, durability: () => Promise.resolve(NOTHING_STORED) };
}
