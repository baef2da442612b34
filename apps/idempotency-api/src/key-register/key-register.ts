import { setTimeout as sleep } from 'node:timers/promises';
import { StoreFailure } from '../errors/store-failure.js';
import type { Database } from '../infrastructure/database/database.js';
import { KeysRefused } from '../infrastructure/encryption/key-ring.js';
import type { Sealer } from '../infrastructure/encryption/sealer.js';
import { ANNOUNCE_INTERVAL_MS } from './announce-interval.js';
import { announceKey } from './sql/announce-key.js';
import { readKeys, type RegisteredKey } from './sql/read-keys.js';

const WHAT_TO_DO = 'see docs/encryption.md';

/**
 * Which keys records may be encrypted under, as Postgres has it. A replica enters its key before it seals anything, and says
 * again and again that it goes on; a clean pass of the rotation strikes out what nobody uses. So a key that was removed
 * from the ring too early is noticed at the start, and not at the first record that does not open.
 */
export class KeyRegister {
  private readonly stopped = new AbortController();
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly db: Database,
    private readonly sealer: Sealer,
    /** Whether there is a KEYS_FILE: for the words of a refusal. */
    private readonly hasRing: boolean,
  ) {}

  /** Resolves when the ring is known to suffice. Throws `KeysRefused`, `StoreFailure`. */
  async start(): Promise<void> {
    const id = this.sealer.activeKey?.id;
    if (id === undefined) {
      this.check(await this.keysAsFarAsKnown());
      return;
    }
    this.check(await readKeys(this.db));
    const proof = this.sealer.seal(new Uint8Array(), contextOf(id));
    this.check([{ id, check_value: await announceKey(this.db, id, proof) }]);
    this.running = this.goOnAnnouncing(id, proof);
  }

  async stop(): Promise<void> {
    this.stopped.abort();
    await this.running;
  }

  /** Who seals nothing may start while the store is away: nothing can be read or granted then, and callers are told so. */
  private async keysAsFarAsKnown(): Promise<RegisteredKey[]> {
    try {
      return await readKeys(this.db);
    } catch (error) {
      if (error instanceof StoreFailure) return [];
      throw error;
    }
  }

  private async goOnAnnouncing(id: string, proof: Uint8Array): Promise<void> {
    const { signal } = this.stopped;
    for (;;) {
      await sleep(ANNOUNCE_INTERVAL_MS, undefined, { signal, ref: false }).catch(() => undefined);
      if (signal.aborted) return;
      // A store that is away takes no sealed bytes either; the next one says it.
      await announceKey(this.db, id, proof).catch(() => undefined);
    }
  }

  private check(registered: readonly RegisteredKey[]): void {
    const states = registered.map(({ id, check_value }) => ({
      id,
      kind: this.sealer.open(check_value, contextOf(id)).kind,
    }));
    const lacking = states.filter(({ kind }) => kind === 'unknown_key').map(({ id }) => id);
    const wrong = states.filter(({ kind }) => kind === 'not_authentic').map(({ id }) => id);
    if (lacking.length > 0) {
      const what = this.hasRing ? 'KEYS_FILE lacks' : 'KEYS_FILE is not set, and so lacks';
      throw new KeysRefused(
        `${what} ${named(lacking)}, which records may still be encrypted under: put it back until their rotation is over; ${WHAT_TO_DO}`,
      );
    }
    if (wrong.length > 0) {
      throw new KeysRefused(
        `KEYS_FILE has another key by the id of ${named(wrong)} than records are encrypted under: put the former one back, and give the new one an id of its own; ${WHAT_TO_DO}`,
      );
    }
  }
}

function named(ids: readonly string[]): string {
  return `the key ${ids.map((id) => `"${id}"`).join(', ')}`;
}

function contextOf(id: string): string {
  return `encryption_key\0${id}`;
}
