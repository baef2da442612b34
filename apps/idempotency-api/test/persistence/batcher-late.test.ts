import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { batching } from './batching.js';

/** How late a statement has to be here, in milliseconds. */
const LATE_MS = 20;

const late = (): Promise<void> => sleep(2 * LATE_MS);

describe('a statement that is late', () => {
  it('holds nobody else up: the next one leaves beside it', async () => {
    const { submit, sent, goOn, batches } = batching({ lateMs: LATE_MS });
    const held = submit('a:1');
    await goOn();
    await late();
    const next = submit('b:1');
    await goOn();
    expect(batches()).toEqual([['a:1'], ['b:1']]);
    sent[1]!.answer();
    expect(await next).toEqual(['B:1']);
    sent[0]!.answer();
    expect(await held).toEqual(['A:1']);
  });

  it('is passed by those who have waited for it, though nobody comes any more', async () => {
    const { submit, sent, goOn, batches } = batching({ lateMs: LATE_MS });
    const held = submit('a:1');
    await goOn();
    const next = submit('b:1');
    await vi.waitFor(() => {
      expect(batches()).toEqual([['a:1'], ['b:1']]);
    });
    sent[1]!.answer();
    expect(await next).toEqual(['B:1']);
    sent[0]!.answer();
    expect(await held).toEqual(['A:1']);
  });

  it('is passed by one after the other, as if it were not there', async () => {
    const { submit, sent, goOn, batches } = batching({ lateMs: 1_000 });
    const held = submit('a:1');
    await goOn();
    await sleep(1_100);
    for (const [index, item] of ['b:1', 'c:1', 'd:1'].entries()) {
      const passing = submit(item);
      const behind = submit(`${item}:behind`);
      await goOn();
      const waiting = submit(`x${index}:1`);
      await goOn();
      // The one that passes is not late, so that what comes now waits for it.
      expect(batches().at(-1)).toEqual([item, `${item}:behind`]);
      sent.at(-1)!.answer();
      await Promise.all([passing, behind]);
      await goOn();
      sent.at(-1)!.answer();
      await waiting;
      await goOn();
    }
    expect(sent).toHaveLength(7);
    sent[0]!.answer();
    expect(await held).toEqual(['A:1']);
  });

  it('is not passed by a call of one of its records, nor by those behind that', async () => {
    const { submit, sent, goOn, batches } = batching({ lateMs: LATE_MS });
    const held = submit('a:1');
    await goOn();
    await late();
    const same = submit('a:2');
    await goOn();
    const behind = submit('b:1');
    await late();
    await goOn();
    expect(batches()).toEqual([['a:1']]);
    sent[0]!.answer();
    expect(await held).toEqual(['A:1']);
    await goOn();
    expect(batches()[1]).toEqual(['a:2', 'b:1']);
    sent[1]!.answer();
    expect((await Promise.all([same, behind])).flat()).toEqual(['A:2', 'B:1']);
  });

  it('is passed by no more than may be on their way at once', async () => {
    const { submit, sent, goOn, batches } = batching({ lateMs: LATE_MS, maxAtOnce: 3 });
    const results = [];
    for (const item of ['a:1', 'b:1', 'c:1', 'd:1']) {
      results.push(submit(item));
      await goOn();
      await late();
    }
    expect(batches()).toEqual([['a:1'], ['b:1'], ['c:1']]);
    for (let index = 0; index < 3; index++) sent[index]!.answer();
    await goOn();
    sent[3]!.answer();
    expect((await Promise.all(results)).flat()).toEqual(['A:1', 'B:1', 'C:1', 'D:1']);
  });

  it('is so by what it carries: each row adds to what is expected', async () => {
    // 40 µs a row are 40 ms more.
    const items = Array.from({ length: 1_000 }, (_, index) => `${index}:1`);
    const { submit, sent, goOn } = batching({ lateMs: LATE_MS, maxBatchSize: 2_000, maxQueued: 2_000 });
    const before = performance.now();
    const held = submit(...items);
    await goOn();
    const next = submit('b:1');
    await vi.waitFor(() => {
      expect(sent).toHaveLength(2);
    });
    expect(performance.now() - before).toBeGreaterThan(LATE_MS + 40);
    sent[1]!.answer();
    await next;
    sent[0]!.answer();
    await held;
  });
});
