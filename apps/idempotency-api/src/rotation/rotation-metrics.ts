import { Counter, Gauge, type Registry } from 'prom-client';
import { remainingOf, type RotationProgress } from './rotation-progress.js';

/** What is told of bringing records under the active key. */
export class RotationMetrics {
  private readonly rotatedTotal: Counter;
  private readonly pass: Gauge<'records'>;

  constructor(registry: Registry) {
    this.rotatedTotal = new Counter({
      name: 'idempotency_rotated_records_total',
      help: 'Records that this replica brought under the active key.',
      registers: [registry],
    });
    this.pass = new Gauge({
      name: 'idempotency_rotation_pass_records',
      help: 'Records of the current or last pass of any replica: examined, rotated, left for the next pass, unreadable, and remaining (estimated; 0 once it is over).',
      labelNames: ['records'],
      registers: [registry],
    });
  }

  rotated(records: number): void {
    this.rotatedTotal.inc(records);
  }

  progressed(pass: RotationProgress): void {
    for (const records of ['examined', 'rotated', 'left', 'unreadable'] as const) {
      this.pass.set({ records }, pass[records]);
    }
    this.pass.set({ records: 'remaining' }, remainingOf(pass));
  }
}
