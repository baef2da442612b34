import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { batching, expectOrderKept, recordOf, type Sent } from './batching.js';

/** What a batcher has to see before it knows how far away the database is. */
const STATEMENTS = 64;

/** Milliseconds that a statement to a database far away takes at the least. */
const FAR_MS = 3;

/** Sends statements, each of which is answered after so many milliseconds, and forgets them. */
async function observe({ submit, sent, goOn }: ReturnType<typeof batching>, ms: number): Promise<void> {
  for (let count = 0; count < STATEMENTS; count++) {
    const result = submit('earlier:1');
    await goOn();
    if (ms > 0) await sleep(ms);
    sent.at(-1)!.answer();
    await result;
    await goOn();
  }
  sent.length = 0;
}

describe('statements beside each other', () => {
  it('leave one after the other to a database at hand', async () => {
    const world = batching({ maxAtOnce: 3, maxQueued: 100 });
    await observe(world, 0);
    const { submit, sent, turn, goOn, batches } = world;
    const results = [submit('a:1')];
    await turn();
    results.push(submit('b:1'));
    await turn();
    expect(batches()).toEqual([['a:1']]);
    sent[0]!.answer();
    await goOn();
    expect(batches()).toEqual([['a:1'], ['b:1']]);
    sent[1]!.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'B:1']);
  });

  it('do not wait for each other on the way to a database far away; of more than the maximum, the others wait', async () => {
    const world = batching({ maxAtOnce: 3, maxQueued: 100 });
    await observe(world, FAR_MS);
    const { submit, sent, turn, goOn, batches } = world;
    const results = [];
    for (const item of ['a:1', 'b:1', 'c:1', 'd:1', 'e:1']) {
      results.push(submit(item));
      await turn();
    }
    expect(batches()).toEqual([['a:1'], ['b:1'], ['c:1']]);
    await sleep(FAR_MS);
    sent[1]!.answer();
    await goOn();
    expect(batches().slice(3)).toEqual([['d:1', 'e:1']]);
    for (const batch of sent) batch.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'B:1', 'C:1', 'D:1', 'E:1']);
  });

  it('wait for one that has a record in common, and so does who comes behind', async () => {
    const world = batching({ maxAtOnce: 3, maxQueued: 100 });
    await observe(world, FAR_MS);
    const { submit, sent, turn, goOn, batches } = world;
    const results = [];
    for (const item of ['a:1', 'b:1', 'a:2', 'c:1']) {
      results.push(submit(item));
      await turn();
    }
    expect(batches()).toEqual([['a:1'], ['b:1']]);
    await sleep(FAR_MS);
    // Another one than they wait for.
    sent[1]!.answer();
    await goOn();
    expect(batches()).toEqual([['a:1'], ['b:1']]);
    sent[0]!.answer();
    await goOn();
    expect(batches()[2]).toEqual(['a:2', 'c:1']);
    sent[2]!.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'B:1', 'A:2', 'C:1']);
  });

  it('keep the order of the calls of one record', async () => {
    const world = batching({ maxAtOnce: 3, maxBatchSize: 5, maxQueued: 1_000 });
    await observe(world, FAR_MS);
    const { submit, sent, goOn, batches } = world;
    const items = Array.from({ length: 300 }, (_, index) => `${(index * index) % 211}:${index}`);
    const results: Promise<string[]>[] = [];
    const inFlight = new Set<Sent>();
    let seen = 0;
    let most = 0;
    for (let next = 0; next < items.length || inFlight.size > 0; next += 12) {
      if (next < items.length) results.push(submit(...items.slice(next, next + 12)));
      await goOn();
      for (const batch of sent.slice(seen)) inFlight.add(batch);
      seen = sent.length;
      const records = [...inFlight].flatMap(({ items: flying }) => [...new Set(flying.map(recordOf))]);
      expect(new Set(records).size).toBe(records.length);
      most = Math.max(most, inFlight.size);
      await sleep(FAR_MS);
      // The oldest, the next one and the youngest, by turns.
      const answered = [...inFlight][(next / 12) % inFlight.size]!;
      inFlight.delete(answered);
      answered.answer();
      await goOn();
    }
    expect((await Promise.all(results)).flat()).toEqual(items.map((item) => item.toUpperCase()));
    expect(most).toBe(3);
    expectOrderKept(items, batches());
  });
});
