import { describe, expect, it } from 'vitest';
import { QueueFull } from '../../src/errors/queue-full.js';
import { batching, expectOrderKept, recordOf, type Sent } from './batching.js';

describe('a batcher', () => {
  it('sends at the end of the turn when idle, with all that came in it', async () => {
    const { submit, sent, turn, batches } = batching();
    const results = [submit('a:1')];
    // As calls do that are read from their sockets one after the other: promises are settled in between.
    await Promise.resolve();
    results.push(submit('a:2'));
    await new Promise<void>((resolve) => {
      process.nextTick(resolve);
    });
    results.push(submit('a:3'));
    expect(batches()).toEqual([]);
    // No timer: this very turn's end.
    await turn();
    expect(batches()).toEqual([['a:1', 'a:2', 'a:3']]);
    sent[0]!.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'A:2', 'A:3']);
  });

  it('gathers what arrives while a batch is on its way, in order and no more than a batch may hold', async () => {
    const { submit, sent, turn, goOn, batches } = batching();
    const results = [submit('a:1')];
    await turn();
    for (const item of ['a:2', 'a:3', 'a:4', 'a:5']) results.push(submit(item));
    await turn();
    expect(batches()).toEqual([['a:1']]);
    for (const index of [0, 1, 2]) {
      sent[index]!.answer();
      await goOn();
    }
    expect(batches()).toEqual([['a:1'], ['a:2', 'a:3', 'a:4'], ['a:5']]);
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'A:2', 'A:3', 'A:4', 'A:5']);
  });

  it('is idle again after its last batch', async () => {
    const { submit, sent, turn } = batching();
    for (const round of [0, 1]) {
      const result = submit('a:1');
      await turn();
      sent[round]!.answer();
      expect(await result).toEqual(['A:1']);
      await turn();
    }
  });

  it('never has items of one record in two batches at once, and lets other lanes go on', async () => {
    const { submit, sent, turn, goOn, batches } = batching({ lanes: 16, maxQueued: 100 });
    const names = Array.from({ length: 16 }, (_, index) => `record-${index}`);
    const firsts = submit(...names.map((name) => `${name}:first`));
    await turn();
    const inFlight = sent.length;
    expect(inFlight).toBeGreaterThan(1);

    const seconds = submit(...names.map((name) => `${name}:second`));
    await turn();
    expect(sent).toHaveLength(inFlight);
    // Answering one batch makes its lane send the next, which the loop then comes to.
    for (const batch of sent) {
      batch.answer();
      await goOn();
    }
    await Promise.all([firsts, seconds]);
    const order = batches().flat();
    for (const name of names) {
      expect(order.indexOf(`${name}:first`)).toBeLessThan(order.indexOf(`${name}:second`));
    }
  });

  it('lets a whole statement leave beside another one', async () => {
    const { submit, sent, turn, goOn, batches } = batching({ maxQueued: 100 });
    const results = [submit('a:1', 'b:1', 'c:1')];
    await turn();
    results.push(submit('d:1', 'e:1'));
    await turn();
    expect(batches()).toHaveLength(1);

    results.push(submit('f:1', 'g:1', 'h:1', 'i:1', 'j:1'));
    await turn();
    // Two and no third one, and what is not whole waits.
    expect(batches()).toEqual([
      ['a:1', 'b:1', 'c:1'],
      ['d:1', 'e:1', 'f:1'],
    ]);
    sent[1]!.answer();
    await goOn();
    expect(batches()[2]).toEqual(['g:1', 'h:1', 'i:1']);
    sent[2]!.answer();
    await goOn();
    expect(batches()).toHaveLength(3);
    sent[0]!.answer();
    await goOn();
    expect(batches()[3]).toEqual(['j:1']);
    sent[3]!.answer();
    expect((await Promise.all(results)).flat()).toHaveLength(10);
  });

  it.each([{ shared: 'd' }, { shared: 'f' }])(
    'lets no statement leave beside one that has a record in common with it: its $shared',
    async ({ shared }) => {
      const { submit, sent, turn, goOn, batches } = batching({ maxQueued: 100 });
      const results = [submit(`${shared}:1`, 'a:1', 'b:1')];
      await turn();
      results.push(submit('d:2', 'e:2', 'f:2', 'g:2'));
      await turn();
      expect(batches()).toHaveLength(1);

      sent[0]!.answer();
      await goOn();
      expect(batches()[1]).toEqual(['d:2', 'e:2', 'f:2']);
      // Held up for as long as that one was on its way, and not for good.
      results.push(submit('h:3', 'i:3'));
      await turn();
      expect(batches()[2]).toEqual(['g:2', 'h:3', 'i:3']);
      sent[1]!.answer();
      sent[2]!.answer();
      expect((await Promise.all(results)).flat()).toHaveLength(9);
    },
  );

  it('keeps the order of the calls of one record, however many statements leave beside each other', async () => {
    const { submit, sent, turn, goOn, batches } = batching({ maxBatchSize: 4, maxQueued: 1_000 });
    const items = Array.from({ length: 400 }, (_, index) => `${(index * index) % 29}:${index}`);
    const results = submit(...items);
    await turn();
    const inFlight = new Set<Sent>();
    let most = 0;
    for (let next = 0; sent.length > next || inFlight.size > 0;) {
      for (const batch of sent.slice(next)) inFlight.add(batch);
      next = sent.length;
      const records = [...inFlight].flatMap(({ items: flying }) => [...new Set(flying.map(recordOf))]);
      expect(new Set(records).size).toBe(records.length);
      most = Math.max(most, inFlight.size);
      // The younger one first, by turns.
      const answered = [...inFlight].at(next % 2 === 0 ? -1 : 0)!;
      inFlight.delete(answered);
      answered.answer();
      await goOn();
    }
    expect(await results).toEqual(items.map((item) => item.toUpperCase()));
    expect(most).toBe(2);
    expectOrderKept(items, batches());
  });

  it('refuses what is beyond its queue, and takes more once there is room', async () => {
    const { submit, sent, turn, goOn, batcher } = batching({ maxQueued: 2 });
    const results = [submit('a:1')];
    await turn();
    results.push(submit('a:2', 'a:3'));
    await expect(batcher.submit('a:4')).rejects.toBeInstanceOf(QueueFull);
    sent[0]!.answer();
    await goOn();
    results.push(submit('a:5'));
    sent[1]!.answer();
    await goOn();
    sent[2]!.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'A:2', 'A:3', 'A:5']);
  });
});
