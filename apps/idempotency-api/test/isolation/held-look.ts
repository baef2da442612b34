import { vi } from 'vitest';
import { Database } from '../../src/infrastructure/database/database.js';
import type { World } from '../support/world.js';

/** Holds the first replica's next look at records back, or what it was answered, and changes nothing of it. */
export function holdNextLook(
  world: World,
  held: 'look' | 'answer' = 'look',
): { reached: Promise<void>; release: () => void } {
  const database = world.apps[0]!.get(Database);
  const send = database.queryBatch.bind(database);
  const reached = Promise.withResolvers<undefined>();
  const released = Promise.withResolvers<undefined>();
  const spy = vi.spyOn(database, 'queryBatch').mockImplementation(async (statement, parameters) => {
    if (statement.name !== 'read_records') return send(statement, parameters);
    spy.mockRestore();
    const answer = held === 'answer' ? await send(statement, parameters) : undefined;
    reached.resolve(undefined);
    await released.promise;
    return answer ?? send(statement, parameters);
  });
  return {
    reached: reached.promise,
    release: () => {
      released.resolve(undefined);
    },
  };
}
