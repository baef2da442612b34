import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../infrastructure/database/database.js';
import { countDeduplications } from './sql/count-deduplications.js';
import { countRecords } from './sql/count-records.js';
import type { Usage } from './usage.js';

export interface UsageCounterOptions {
  /** Milliseconds from the end of one count to the next. */
  readonly intervalMs: number;
  onFailed(error: unknown): void;
}

/** Rows that one statement counts: a few dozen milliseconds. */
const PAGE_ROWS = 10_000;

/** Between two pages: leaves the disk to claims most of the time. */
const PAUSE_MS = 20;

/**
 * Counts in the background what tenants hold, for limits that the way of a call must not wait for. Only tenants that
 * called since the last count are counted. The figures are late by the interval, and by the time that a count takes:
 * about a second for every 200,000 rows. A tenant that has not been counted yet is not limited.
 */
export class UsageCounter {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly usages = new Map<string, Usage>();
  private asked = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly options: UsageCounterOptions,
  ) {}

  /** What was last counted, if it was; and from now on it is counted. */
  usageOf(tenant: string): Usage | undefined {
    this.asked.add(tenant);
    return this.usages.get(tenant);
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (await this.pause(this.options.intervalMs)) {
      const tenants = this.asked;
      this.asked = new Set();
      for (const tenant of this.usages.keys()) if (!tenants.has(tenant)) this.usages.delete(tenant);
      try {
        for (const tenant of tenants) await this.count(tenant);
      } catch (error) {
        // The figures in force stay: a store that is away grants nothing anyhow.
        this.options.onFailed(error);
      }
    }
  }

  private async count(tenant: string): Promise<void> {
    let usage: Usage = { openClaims: 0, storedBytes: 0 };
    for (const countPage of [countRecords, countDeduplications]) {
      let after = { namespace: '', key: '' };
      for (;;) {
        const page = await countPage(this.db, tenant, after, PAGE_ROWS);
        usage = {
          openClaims: usage.openClaims + page.open,
          storedBytes: usage.storedBytes + page.bytes,
        };
        if (page.rows < PAGE_ROWS || page.namespace === null || page.key === null) break;
        after = { namespace: page.namespace, key: page.key };
        // The first count of a large tenant takes a while, and what it has seen so far holds already.
        if (isMore(usage, this.usages.get(tenant))) this.usages.set(tenant, usage);
        if (!(await this.pause(PAUSE_MS))) return;
      }
    }
    this.usages.set(tenant, usage);
  }

  /** False once it is to stop. */
  private async pause(ms: number): Promise<boolean> {
    await sleep(ms, undefined, { signal: this.stopped.signal, ref: false }).catch(() => undefined);
    return !this.stopped.signal.aborted;
  }
}

function isMore(usage: Usage, than: Usage | undefined): boolean {
  return !than || (usage.openClaims >= than.openClaims && usage.storedBytes >= than.storedBytes);
}
