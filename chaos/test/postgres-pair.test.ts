import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { PostgresPair } from '../src/cluster/postgres-pair.js';
import type { PostgresServer } from '../src/cluster/postgres-server.js';
import { signalTree } from '../src/cluster/process-tree.js';

/** Looks without a rest, so that it does not notice the end of its postmaster while it waits for something. */
const LOOK_OUT = `
  DO $$ BEGIN
    LOOP
      IF EXISTS (SELECT FROM deed) THEN RAISE NOTICE 'seen'; RETURN; END IF;
      COMMIT;
    END LOOP;
  END $$`;

test('a primary that is destroyed shows nobody a commit that its standby does not have', async () => {
  expect(await seenAtTheEndOf((primary) => primary.destroy())).toBe(false);
});

test('one whose postmaster alone is killed does: its backends outlive it', async () => {
  expect(await seenAtTheEndOf((primary) => primary.end('SIGKILL'))).toBe(true);
});

/** Whether a session saw a commit that waits for the standby in vain, while the primary ended. */
async function seenAtTheEndOf(end: (primary: PostgresServer) => Promise<void>): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'postgres-pair-'));
  chmodSync(folder, 0o755);
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const pair = await PostgresPair.start(join(folder, 'pair'));
  onTestFinished(() => pair.stop());
  const { primary, standby } = pair;
  await primary.query('CREATE TABLE deed ()');
  signalTree(standby.pid, 'SIGSTOP');
  const writer = await primary.connect();
  void writer.query('INSERT INTO deed DEFAULT VALUES').catch(() => undefined);
  await vi.waitFor(async () => expect(await waitForStandby(primary)).toBe(1), { timeout: 15_000 });

  const watcher = await primary.connect();
  let isSeen = false;
  watcher.on('notice', () => (isSeen = true));
  const watching = watcher.query(LOOK_OUT).catch(() => undefined);
  await vi.waitFor(async () => expect(await look(primary)).toBe(1), { timeout: 15_000 });
  await end(primary);
  await watching;
  return isSeen;
}

const waitForStandby = (primary: PostgresServer): Promise<number> => count(primary, `wait_event = 'SyncRep'`);

const look = (primary: PostgresServer): Promise<number> => count(primary, `query LIKE '%RAISE NOTICE%'`);

async function count(primary: PostgresServer, condition: string): Promise<number> {
  const sql = `SELECT count(*)::int AS sessions FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND ${condition}`;
  const [row] = await primary.query<{ sessions: number }>(sql);
  return row?.sessions ?? 0;
}
