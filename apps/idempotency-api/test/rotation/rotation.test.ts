import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { RecordSeal } from '../../src/idempotency/persistence/record-seal.js';
import { readKeyRing } from '../../src/infrastructure/encryption/key-ring.js';
import { Sealer } from '../../src/infrastructure/encryption/sealer.js';
import { Database } from '../../src/infrastructure/database/database.js';
import { KeyRotation } from '../../src/rotation/key-rotation.js';
import { toRotationProgress, type RotationProgress } from '../../src/rotation/rotation-progress.js';
import { findStale } from '../../src/rotation/sql/find-stale.js';
import { resealRecords } from '../../src/rotation/sql/reseal-records.js';
import type { Turn } from '../../src/background/task.js';
import { holdClaim } from '../support/arrange.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { storedTask } from '../support/tasks.js';
import { useWorld } from '../support/world.js';
import { countStale, digestOfTheRest, insertOutcomes, keyOf } from './stored-outcomes.js';

const keys = { k1: newEncryptionKey(), k2: newEncryptionKey() };
const KEYS_FILE = keysFile(keys, 'k1');
const nobodyTold = (): void => undefined;

/** A turn that is never taken away, and what was kept. */
function freeTurn(progress: Turn['progress'] = null): { turn: Turn; kept: RotationProgress[] } {
  const kept: RotationProgress[] = [];
  const goOn: Turn['goOn'] = (next) => {
    kept.push(toRotationProgress(next ?? null)!);
    return Promise.resolve(true);
  };
  return { turn: { progress, goOn }, kept };
}

describe('a rotation', () => {
  // The service's own task looks once a minute, and its first pass has to be over before a test writes anything.
  const world = useWorld({
    settings: { KEYS_FILE, BACKGROUND_POLL_MS: '60000', REPLAY_CACHE_LEASE_MS: '0' },
  });
  beforeAll(async () => {
    const firstPass = async () => (await storedTask(world.database, 'rotate-keys'))?.succeeded_at;
    while (!(await firstPass()));
  });
  const db = (): Database => world.apps[0]!.get(Database);

  const sealUnder = (active: string, ring: Record<string, string> = keys) => {
    const sealer = new Sealer(readKeyRing(keysFile(ring, active)), nobodyTold);
    return { seal: new RecordSeal(sealer, nobodyTold), activeKey: sealer.activeKey! };
  };
  const rotationTo = (active: string, ring: Record<string, string> = keys): KeyRotation => {
    const { seal, activeKey } = sealUnder(active, ring);
    return new KeyRotation(db(), seal, {
      activeKey,
      intervalMs: 60_000,
      batchSize: 50,
      onRotated: nobodyTold,
      onProgress: nobodyTold,
      onPassOver: nobodyTold,
      onRetired: nobodyTold,
    });
  };

  it('brings everything under the active key, what was never sealed too, and changes nothing else', async () => {
    await insertOutcomes(world.database, 'moved', 230);
    const held = await holdClaim(world.api);
    const { claimToken } = held;
    await world.api.act('checkpoint', held.key, { claimToken, name: 'c', data: 'of an open record' });
    const before = await digestOfTheRest(world.database, 'moved');

    expect(await rotationTo('k2').run(freeTurn().turn)).toBe('done');
    expect(await countStale(world.database, 'k2')).toBe(0);
    expect(await digestOfTheRest(world.database, 'moved')).toBe(before);
    for (const n of [1, 50, 51, 230]) {
      const answer = await world.api.claim({ key: keyOf('moved', n) });
      expect(answer.body.outcome).toEqual({ status: 201, body: `plain outcome ${n}` });
    }
    expect((await world.api.get(keyOf('moved', 3))).body.checkpoint).toEqual({
      name: 'c',
      data: 'plain checkpoint',
    });
    const again = await world.api.claim({ key: held.key, claimToken });
    expect(again.body).toMatchObject({
      fencingToken: held.fencingToken,
      checkpoint: { data: 'of an open record' },
    });
  });

  it('finds nothing to do the second time', async () => {
    await rotationTo('k2').run(freeTurn().turn);
    const { turn, kept } = freeTurn();
    await rotationTo('k2').run(turn);
    expect(kept.at(-1)).toMatchObject({ isOver: true, rotated: 0, left: 0, unreadable: 0 });
  });

  it('goes on where a former turn stopped, and begins anew for another key', async () => {
    const { turn, kept } = freeTurn();
    await rotationTo('k1').run(turn);
    const half = kept[1]!;
    const resumed = freeTurn({ ...half } as never);
    await rotationTo('k1').run(resumed.turn);
    expect(resumed.kept[0]!.examined).toBeGreaterThan(half.examined);
    expect(resumed.kept.at(-1)!.examined).toBe(kept.at(-1)!.examined);
    const other = freeTurn({ ...half } as never);
    await rotationTo('k2').run(other.turn);
    expect(other.kept[0]).toMatchObject({ keyId: 'k2', examined: 50, rotated: 50 });
  });

  it('leaves a row alone that somebody has locked, without waiting, and takes it the next time', async () => {
    await insertOutcomes(world.database, 'locked', 10);
    const holder = await world.database.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query('SELECT 1 FROM record_by_parts WHERE key = $1 FOR UPDATE', [keyOf('locked', 4)]);
      const { turn, kept } = freeTurn();
      expect(await rotationTo('k2').run(turn)).toBe('again');
      expect(kept.at(-1)!.left).toBe(1);
      await holder.query('ROLLBACK');
    } finally {
      holder.release();
    }
    expect(await countStale(world.database, 'k2')).toBe(1);
    expect(await rotationTo('k2').run(freeTurn().turn)).toBe('done');
    expect(await countStale(world.database, 'k2')).toBe(0);
  });

  it('gives way to whatever was written between its look and its write', async () => {
    const { seal, activeKey } = sealUnder('k2');
    const held = await holdClaim(world.api, { onLeaseExpiry: 'takeover' });
    const { key, claimToken } = held;
    await world.api.act('checkpoint', key, { claimToken, name: 'c', data: 'first' });
    const after = { tenant: 'default', namespace: 'default', key: key.slice(0, -1) };
    const { stale } = await findStale(db(), after, activeKey.head, 1);
    expect(stale.map((row) => row.key)).toEqual([key]);

    await world.api.act('checkpoint', key, { claimToken, name: 'c', data: 'second' });
    const was = createHash('sha256').update(stale[0]!.checkpoint!).digest();
    const bytes = seal.seal(stale[0]!, 'checkpoint_data', Buffer.from('"first"'));
    const resealed = { ...after, key, outcome: null, checkpoint: { was, bytes } };
    expect(await resealRecords(db(), [resealed])).toBe(0);
    expect((await world.api.get(key)).body.checkpoint).toEqual({ name: 'c', data: 'second' });
  });

  it('gives way to the outcome of an execution that began behind its look, once the record was deleted', async () => {
    const { seal, activeKey } = sealUnder('k2');
    const first = await holdClaim(world.api);
    const { key } = first;
    await world.api.complete(key, { claimToken: first.claimToken, outcome: { body: 'first' } });
    const after = { tenant: 'default', namespace: 'default', key: key.slice(0, -1) };
    const { stale } = await findStale(db(), after, activeKey.head, 1);
    expect(stale.map((row) => row.key)).toEqual([key]);

    await world.api.delete(key);
    const second = await holdClaim(world.api, { key });
    await world.api.complete(key, { claimToken: second.claimToken, outcome: { body: 'second' } });
    const was = createHash('sha256').update(stale[0]!.outcome!).digest();
    const bytes = seal.seal(stale[0]!, 'outcome', Buffer.from('{"body":"first"}'));
    const resealed = { ...after, key, outcome: { was, bytes }, checkpoint: null };
    expect(await resealRecords(db(), [resealed])).toBe(0);
    expect((await world.api.get(key)).body.outcome).toEqual({ body: 'second' });
  });

  it('leaves what it cannot open as it is, counts it, and moves the rest', async () => {
    await rotationTo('k1').run(freeTurn().turn);
    await insertOutcomes(world.database, 'mixed', 5);
    const k3 = { k3: newEncryptionKey() };
    const { turn, kept } = freeTurn();
    expect(await rotationTo('k3', k3).run(turn)).toBe('done');
    expect(kept.at(-1)!.rotated).toBe(5);
    expect(kept.at(-1)!.unreadable).toBeGreaterThan(200);
    expect((await world.api.claim({ key: keyOf('moved', 1) })).body.outcome).toMatchObject({ status: 201 });
  });
});
