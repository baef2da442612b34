import { setTimeout as pause } from 'node:timers/promises';

/** Far above what any step here takes: whoever waits longer waits for something that will not come. */
const PATIENCE_MS = 60_000;

/** What waits here looks by calls that keep the processes under test busy: no more often than a person would notice. */
const LOOK_EVERY_MS = 100;

/** The promise's value; rejects where it takes longer than anybody waits, saying what was waited for. */
export async function inTime<T>(what: string, promise: Promise<T>): Promise<T> {
  const abandoned = new AbortController();
  try {
    return await Promise.race([
      promise,
      pause(PATIENCE_MS, undefined, { signal: abandoned.signal }).then(() => {
        throw new Error(`Waited ${PATIENCE_MS} ms for ${what}, in vain.`);
      }),
    ]);
  } finally {
    abandoned.abort();
  }
}

/** Looks until `look` finds something. */
export async function eventually<T>(what: string, look: () => Promise<T | null>): Promise<T> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${PATIENCE_MS} ms for ${what}, in vain.`);
    await pause(LOOK_EVERY_MS);
  }
}
