import { NOTHING_STORED } from './durability.js';
import { startOwnProgram } from './own-program.js';
import type { Side } from './side.js';
import type { Stores } from './stores.js';

/** The ceiling of the stack; or what it would be if its calls went in stages, as the service's do. */
export async function startNoop(stores: Stores, name: 'noop' | 'noop-in-stages'): Promise<Side> {
  const env = { IN_STAGES: String(name === 'noop-in-stages') };
  const server = await startOwnProgram(stores, name, env, 'noop');
  return { ...server, databaseUrl: undefined, durability: () => Promise.resolve(NOTHING_STORED) };
}
