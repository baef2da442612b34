import { setTimeout as sleep } from 'node:timers/promises';
import { readMetric } from '../load/metrics.js';
import { median } from '../median.js';

/** What the service's process takes, in bytes. */
export interface Memory {
  readonly residentBytes: number;
  readonly heapBytes: number;
}

const PAUSE_MS = 5_000;

/** Looks at the service's memory until told to stop; the medians, as a collection of garbage moves single looks. */
export async function watchMemory(url: string, until: AbortSignal): Promise<Memory> {
  const looks: Memory[] = [];
  do {
    await sleep(PAUSE_MS, undefined, { signal: until }).catch(() => undefined);
    looks.push(await look(url));
  } while (!until.aborted);
  return {
    residentBytes: median(looks.map(({ residentBytes }) => residentBytes)),
    heapBytes: median(looks.map(({ heapBytes }) => heapBytes)),
  };
}

async function look(url: string): Promise<Memory> {
  const [residentBytes, heapBytes] = await Promise.all([
    readMetric(url, 'process_resident_memory_bytes'),
    readMetric(url, 'nodejs_heap_size_used_bytes'),
  ]);
  return { residentBytes, heapBytes };
}
