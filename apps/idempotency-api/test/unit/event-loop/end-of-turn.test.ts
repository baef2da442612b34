import { AsyncLocalStorage } from 'node:async_hooks';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { atEndOfTurn, endOfTurn } from '../../../src/infrastructure/event-loop/end-of-turn.js';

describe('the end of a turn', () => {
  it('runs tasks in their order, then ticks that they ask for, then those who await it', async () => {
    const events: string[] = [];
    const awaited = endOfTurn().then(() => events.push('awaited'));
    for (const name of ['first', 'second']) {
      atEndOfTurn(() => {
        events.push(name);
        process.nextTick(() => events.push(`tick of the ${name}`));
      });
    }
    await awaited;
    expect(events).toEqual(['first', 'second', 'tick of the first', 'tick of the second', 'awaited']);
  });

  it('loses no task that is asked for while it ends', async () => {
    const events: string[] = [];
    atEndOfTurn(() => {
      atEndOfTurn(() => events.push('by a task'));
      process.nextTick(() => {
        atEndOfTurn(() => events.push('by a tick'));
      });
    });
    for (let turns = 0; turns < 3; turns++) await setImmediate();
    expect(events).toEqual(['by a task', 'by a tick']);
  });

  it('belongs to no call: who asks first lends its context to nobody', async () => {
    const call = new AsyncLocalStorage<string>();
    const seen: (string | undefined)[] = [];
    const awaited = call.run('first', async () => {
      atEndOfTurn(() => seen.push(call.getStore()));
      await endOfTurn();
      seen.push(call.getStore());
    });
    atEndOfTurn(() => seen.push(call.getStore()));
    await awaited;
    expect(seen).toEqual([undefined, undefined, 'first']);
  });
});
