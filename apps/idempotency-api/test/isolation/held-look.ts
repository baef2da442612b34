import { vi } from 'vitest';
import { Database } from '../../src/infrastructure/database/database.js';
import type { World } from '../support/world.js';

/** Holds the first replica's next look at records back, and changes nothing of it. */
export function holdNextLook(world: World): { reached: Promise<void>; release: () => void } {
  const database = world.apps[0]!.get(Database);
  const send = database.queryBatch.bind(database);
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const spy = vi.spyOn(database, 'queryBatch').mockImplementation(async (statement, parameters) => {
    if (statement.name === 'read_records') {
      spy.mockRestore();
      reached.resolve(undefined);
      await released.promise;
    }
    return send(statement, parameters);
  });
  return {
    reached: reached.promise,
    release: () => {
      released.resolve(undefined);
    },
  };
}
