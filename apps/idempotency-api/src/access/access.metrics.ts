import { Counter, Gauge, type Registry } from 'prom-client';
import type { WatchedFile } from '../infrastructure/files/watched-file.js';

/** Why a call was turned away before it was decided. */
export type RefusalReason = 'unauthenticated' | 'forbidden' | 'rate_limited' | 'quota_exceeded';

/** What is counted of access. No series names a tenant, so that /metrics shows nobody who the others are. */
export class AccessMetrics {
  private readonly refusals: Counter;
  private readonly reloads: Counter;
  private readonly files = new Map<string, WatchedFile<unknown>>();

  constructor(registry: Registry) {
    this.refusals = new Counter({
      name: 'idempotency_calls_refused_total',
      help: 'Calls turned away, by reason: unauthenticated, forbidden, rate_limited, quota_exceeded.',
      labelNames: ['reason'],
      registers: [registry],
    });
    this.reloads = new Counter({
      name: 'idempotency_file_reloads_total',
      help: 'Changes seen of the tokens and policies files, by setting and result (ok, refused).',
      labelNames: ['file', 'result'],
      registers: [registry],
    });
    const { files } = this;
    new Gauge({
      name: 'idempotency_file_stale',
      help: '1 while the file on disk is bad and older content is in force, by setting.',
      labelNames: ['file'],
      registers: [registry],
      collect() {
        for (const [setting, file] of files) this.set({ file: setting }, file.isStale ? 1 : 0);
      },
    });
  }

  refused(reason: RefusalReason): void {
    this.refusals.inc({ reason });
  }

  reloaded(setting: string, result: 'ok' | 'refused'): void {
    this.reloads.inc({ file: setting, result });
  }

  /** From now on says whether the file is stale. */
  watches(setting: string, file: WatchedFile<unknown>): void {
    this.files.set(setting, file);
  }
}
