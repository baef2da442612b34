import { assertSameDurability, type Durability } from './durability.js';
import { SideUnavailable, type Side, type SideName } from './side.js';
import { startDbos } from './start-dbos.js';
import { startHandRolled } from './start-hand-rolled.js';
import { startNoop } from './start-noop.js';
import { startRedisPeer } from './start-redis-peer.js';
import { startRestate } from './start-restate.js';
import { startService } from './start-service.js';
import type { Stores } from './stores.js';

const starters: Readonly<Record<SideName, (stores: Stores) => Promise<Side>>> = {
  noop: (stores) => startNoop(stores, 'noop'),
  'noop-in-stages': (stores) => startNoop(stores, 'noop-in-stages'),
  service: startService,
  'hand-rolled': startHandRolled,
  dbos: startDbos,
  restate: startRestate,
  'node-idempotency': (stores) => startRedisPeer(stores, 'node-idempotency'),
  powertools: (stores) => startRedisPeer(stores, 'powertools'),
};

/** The sides that run now: only those that the case in hand or a later one asks for, as an idle one costs too. */
export class Sides {
  /** Why a side is left out of the tables. */
  readonly unavailable = new Map<SideName, string>();
  /** Of every side that has run so far. */
  readonly durability = new Map<SideName, Durability>();
  private readonly running = new Map<SideName, Side>();

  constructor(private readonly stores: Stores) {}

  /** Starts what does not run yet. Throws `DurabilityDiffers` if what runs then cannot be compared. */
  async start(names: readonly SideName[]): Promise<void> {
    const missing = names.filter((name) => !this.running.has(name) && !this.unavailable.has(name));
    const started = await Promise.allSettled(missing.map((name) => this.startOne(name)));
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    assertSameDurability(this.durability);
  }

  /** The side, or undefined if it cannot run here. Throws for one that was not started. */
  find(name: SideName): Side | undefined {
    const side = this.running.get(name);
    if (!side && !this.unavailable.has(name)) throw new Error(`the side ${name} was not started`);
    return side;
  }

  /** Stops all but these. */
  async keep(names: ReadonlySet<SideName>): Promise<void> {
    const others = [...this.running].filter(([name]) => !names.has(name));
    for (const [name] of others) this.running.delete(name);
    await Promise.all(others.map(([, side]) => side.stop()));
  }

  private async startOne(name: SideName): Promise<void> {
    try {
      const side = await starters[name](this.stores);
      this.running.set(name, side);
      this.durability.set(name, await side.durability());
    } catch (error) {
      if (!(error instanceof SideUnavailable)) throw error;
      this.unavailable.set(name, error.message);
    }
  }
}
