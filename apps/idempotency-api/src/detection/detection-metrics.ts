import { Gauge, type Registry } from 'prom-client';

/** How many records are open, as the last look of any replica has it. */
export class DetectionMetrics {
  private readonly open: Gauge;
  private readonly unknown: Gauge;

  constructor(registry: Registry) {
    this.open = new Gauge({
      name: 'idempotency_records_open',
      help: 'Records in progress, unknown outcomes among them; 100000 stands for that many or more.',
      registers: [registry],
    });
    this.unknown = new Gauge({
      name: 'idempotency_records_unknown',
      help: 'Records whose outcome is unknown: nobody may execute them until an operator resolves them.',
      registers: [registry],
    });
  }

  counted(open: number, unknown: number): void {
    this.open.set(open);
    this.unknown.set(unknown);
  }
}
