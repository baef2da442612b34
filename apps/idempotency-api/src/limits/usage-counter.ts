import { setTimeout as sleep } from 'node:timers/promises';
import type { Database } from '../infrastructure/database/database.js';
import { countDeduplications } from './sql/count-deduplications.js';
import { countRecords } from './sql/count-records.js';
import { OpenClaims } from './open-claims.js';
import type { PageCount, PagePosition, Usage } from './usage.js';

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
 * about a second for every 200,000 rows; what this replica opened meanwhile is added to them. A tenant that comes new,
 * or after a pause, is counted at once, and until then only by what it opens here.
 */
export class UsageCounter {
  private readonly stopped = new AbortController();
  private nudged = new AbortController();
  private running: Promise<void> = Promise.resolve();
  private readonly usages = new Map<string, Usage>();
  private readonly opened = new Map<string, OpenClaims>();
  private asked = new Set<string>();

  constructor(
    private readonly db: Database,
    private readonly options: UsageCounterOptions,
  ) {}

  /** What was last counted, with what was opened here since; and from now on it is counted. */
  usageOf(tenant: string): Usage {
    this.asked.add(tenant);
    const counted = this.usages.get(tenant);
    if (!counted) this.nudged.abort();
    const more = this.opened.get(tenant)?.more ?? 0;
    return {
      openClaims: Math.max(0, (counted?.openClaims ?? 0) + more),
      storedBytes: counted?.storedBytes ?? 0,
    };
  }

  /** What the tenant opens on this replica, beyond what was counted. */
  openedBy(tenant: string): OpenClaims {
    const known = this.opened.get(tenant) ?? new OpenClaims();
    this.opened.set(tenant, known);
    return known;
  }

  /** An execution has ended on this replica. */
  ended(tenant: string): void {
    this.opened.get(tenant)?.ended();
  }

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    while (await this.untilNext()) {
      const tenants = this.asked;
      this.asked = new Set();
      this.forgetAllBut(tenants);
      try {
        for (const tenant of tenants) await this.count(tenant);
      } catch (error) {
        // The figures in force stay: a store that is away grants nothing anyhow.
        this.options.onFailed(error);
        // Nobody hurries a store that does not answer.
        if (!(await this.pause(this.options.intervalMs))) return;
      }
    }
  }

  /** Waits for the interval, or for a tenant of whom nothing is known. False once it is to stop. */
  private async untilNext(): Promise<boolean> {
    this.nudged = new AbortController();
    if ([...this.asked].some((tenant) => !this.usages.has(tenant))) return !this.stopped.signal.aborted;
    return this.pause(this.options.intervalMs, AbortSignal.any([this.stopped.signal, this.nudged.signal]));
  }

  private forgetAllBut(tenants: ReadonlySet<string>): void {
    for (const figures of [this.usages, this.opened]) {
      for (const tenant of figures.keys()) if (!tenants.has(tenant)) figures.delete(tenant);
    }
  }

  private async count(tenant: string): Promise<void> {
    const counted = this.openedBy(tenant).counting();
    let usage: Usage = { openClaims: 0, storedBytes: 0 };
    for (const countPage of [countRecords, countDeduplications]) {
      let after: PagePosition | null = null;
      for (;;) {
        const page: PageCount = await countPage(this.db, tenant, after, PAGE_ROWS);
        usage = {
          openClaims: usage.openClaims + page.open,
          storedBytes: usage.storedBytes + page.bytes,
        };
        if (page.rows < PAGE_ROWS || !page.last) break;
        after = page.last;
        // The first count of a large tenant takes a while, and what it has seen so far holds already.
        if (isMore(usage, this.usages.get(tenant))) this.usages.set(tenant, usage);
        if (!(await this.pause(PAUSE_MS))) return;
      }
    }
    this.usages.set(tenant, usage);
    counted();
  }

  /** False once it is to stop. */
  private async pause(ms: number, signal = this.stopped.signal): Promise<boolean> {
    await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
    return !this.stopped.signal.aborted;
  }
}

function isMore(usage: Usage, than: Usage | undefined): boolean {
  return !than || (usage.openClaims >= than.openClaims && usage.storedBytes >= than.storedBytes);
}
