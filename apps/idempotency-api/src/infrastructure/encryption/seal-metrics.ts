import { Counter, type Registry } from 'prom-client';
import type { OpenFailure } from './sealer.js';

/** What encryption counts. */
export class SealMetrics {
  private readonly seals: Counter<'key_id'>;
  private readonly unreadable: Counter<'reason'>;

  constructor(registry: Registry) {
    this.seals = new Counter({
      name: 'idempotency_seals_total',
      help: 'Encryptions by this replica, by the id of the key.',
      labelNames: ['key_id'],
      registers: [registry],
    });
    this.unreadable = new Counter({
      name: 'idempotency_unreadable_total',
      help: 'Looks at stored content that did not decrypt, by reason (unknown_key, not_authentic, malformed).',
      labelNames: ['reason'],
      registers: [registry],
    });
  }

  sealed(keyId: string): void {
    this.seals.inc({ key_id: keyId });
  }

  notOpened(reason: OpenFailure): void {
    this.unreadable.inc({ reason });
  }
}
