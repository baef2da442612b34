import { expect } from 'vitest';
import { Batcher, type BatcherOptions } from '../../src/infrastructure/batching/batcher.js';

/** A batch that is on its way until the test answers it. */
export interface Sent {
  readonly items: readonly string[];
  answer(): void;
}

/** A batcher whose items are `record:name`, and the batches that it has sent. Results are the items in capitals. */
export function batching(options: Partial<BatcherOptions<string, string>> = {}) {
  const sent: Sent[] = [];
  const batcher = new Batcher<string, string>({
    operation: 'test',
    lanes: 1,
    maxAtOnce: 4,
    // Longer than any test: none is late because the machine was slow.
    lateMs: 1_000_000,
    maxBatchSize: 3,
    maxQueued: 5,
    recordOf,
    affinity: recordOf,
    run: (items) =>
      new Promise((resolve) => {
        sent.push({
          items,
          answer: () => {
            resolve(items.map((item) => item.toUpperCase()));
          },
        });
      }),
    ...options,
  });
  const submit = (...items: string[]): Promise<string[]> =>
    Promise.all(items.map((item) => batcher.submit(item)));
  /** Lets everything run that waits for nothing but its turn. */
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  /** As long as it takes a lane to go on: a statement leaves at the end of the turn in which the last one was answered. */
  const goOn = async (): Promise<void> => {
    await turn();
    await turn();
  };
  const batches = (): (readonly string[])[] => sent.map(({ items }) => items);
  return { batcher, submit, sent, turn, goOn, batches };
}

export function recordOf(item: string): string {
  return item.split(':')[0]!;
}

/** Expects that the calls of each record have left in the order in which they came. */
export function expectOrderKept(items: readonly string[], batches: readonly (readonly string[])[]): void {
  const left = batches.flat();
  for (const record of new Set(items.map(recordOf))) {
    const isOfRecord = (item: string): boolean => recordOf(item) === record;
    expect(left.filter(isOfRecord)).toEqual(items.filter(isOfRecord));
  }
}
