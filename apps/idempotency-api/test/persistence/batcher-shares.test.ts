import { describe, expect, it } from 'vitest';
import { batching } from './batching.js';

describe('the share of those who wait that a statement takes, and when it leaves', () => {
  it('evens out: callers who all wait while one is answered do not stay together', async () => {
    const { submit, sent, turn, goOn } = batching({ maxBatchSize: 500, maxQueued: 500 });
    /** Callers that each ask again as soon as they are answered: what they send is there in the next turn. */
    const callers = 64;
    const call = (): void => void submit('a:1').then(() => setImmediate(call));
    call();
    await turn();
    for (let others = 1; others < callers; others++) call();
    await turn();
    for (let statement = 0; statement < 8; statement++) {
      sent[statement]!.answer();
      await goOn();
    }
    const sizes = sent.map(({ items }) => items.length);
    expect(sizes.slice(0, 8)).toEqual([1, 32, 32, 32, 32, 32, 32, 32]);
  });

  it('parts callers who come together to an idle lane, as after a stall; not the items of a large call', async () => {
    for (const [together, sizes] of [
      [64, [32, 32, 32]],
      [500, [500]],
    ] as const) {
      const { submit, sent, turn, goOn } = batching({ maxBatchSize: 500, maxQueued: 500 });
      const call = (): void => void submit('a:1').then(() => setImmediate(call));
      for (let callers = 0; callers < together; callers++) call();
      await turn();
      for (let statement = 1; statement < sizes.length; statement++) {
        sent[statement - 1]!.answer();
        await goOn();
      }
      expect(sent.map(({ items }) => items.length)).toEqual(sizes);
    }
  });

  it('waits for the end of the turn where too few wait, with those whose calls are read by then', async () => {
    const { submit, sent, turn, goOn, batches } = batching({ maxBatchSize: 500, maxQueued: 500 });
    void submit('a:1');
    await turn();
    void submit('a:2');
    sent[0]!.answer();
    // Another call of the same turn, read after the answer of the database.
    setImmediate(() => void submit('a:3'));
    await goOn();
    expect(batches()).toEqual([['a:1'], ['a:2', 'a:3']]);
  });

  it.each([
    {
      waiting: 16,
      options: {},
      order: ['sent', 'answered', 'sent'],
      comes: 'behind the answers to the last one’s callers',
    },
    { waiting: 100, options: {}, order: ['sent', 'sent', 'answered'], comes: 'first where many wait' },
    {
      waiting: 20,
      options: { sendFirstFrom: 20 },
      order: ['sent', 'sent', 'answered'],
      comes: 'first where as many wait as it is told',
    },
  ])('sends the next statement $comes', async ({ waiting, options, order }) => {
    const events: string[] = [];
    const answers: (() => void)[] = [];
    const { submit, turn, goOn } = batching({
      maxBatchSize: 500,
      maxQueued: 500,
      ...options,
      run: (items) => {
        events.push('sent');
        return new Promise((resolve) => answers.push(() => resolve([...items])));
      },
    });
    // A caller is not told at once: its answer passes through some hands.
    void submit('a:1')
      .then((result) => Promise.resolve(result))
      .then(() => events.push('answered'));
    await turn();
    void submit(...Array.from({ length: waiting }, (_, index) => `a:${index + 2}`));
    answers[0]!();
    await goOn();
    expect(events).toEqual(order);
  });

  it('takes all who wait where they are few: a statement has its own costs', async () => {
    const { submit, sent, turn, goOn, batches } = batching({ maxBatchSize: 500, maxQueued: 500 });
    void submit('a:1');
    await turn();
    void submit(...Array.from({ length: 16 }, (_, index) => `a:${index}`));
    sent[0]!.answer();
    await goOn();
    expect(batches().map(({ length }) => length)).toEqual([1, 16]);
  });
});
