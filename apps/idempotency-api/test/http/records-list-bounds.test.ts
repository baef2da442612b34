import { describe, expect, it } from 'vitest';
import type { RecordPage } from '@infra-services/idempotency-contract';
import { useWorld } from '../support/world.js';

/** More rows than one look examines (5,000): two looks and a rest. */
const ROWS = 12_000;

describe('a list whose filter matches little', () => {
  const world = useWorld();

  /** Completed records `0` to `rows - 1`, six digits each, and released ones where said. */
  const insert = (namespace: string, rows: number, released: number[] = []): Promise<unknown> =>
    world.database.pool.query(
      `INSERT INTO idempotency_record (identity, fencing_token, retention_ms, created_at, updated_at,
         completed_at, expires_at, lease_ms, attempt, state, on_lease_expiry, claim_token, outcome)
       SELECT 'default ' || $1 || ' ' || lpad(i::text, 6, '0'), 1, 1000, now(), now(),
         CASE WHEN i = ANY($3) THEN NULL ELSE now() END, now() + interval '1 day', 1000, 1,
         (CASE WHEN i = ANY($3) THEN 'released' ELSE 'completed' END)::record_state, 'block', gen_random_uuid(),
         CASE WHEN i = ANY($3) THEN NULL ELSE '{}'::bytea END
       FROM generate_series(0, $2::int - 1) AS i`,
      [namespace, rows, released],
    );

  const walk = async (namespace: string, query: string): Promise<string[][]> => {
    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const path = `/v1/records?namespace=${namespace}&${query}${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page: RecordPage = (await world.api.send<RecordPage>('GET', path)).body;
      pages.push(page.records.map((record) => record.key));
      cursor = page.nextCursor;
    }
    return pages;
  };

  it('answers short pages that go on, and finds the match behind thousands of others', async () => {
    await insert('far', ROWS, [7, 11_999]);
    expect(await walk('far', 'state=released')).toEqual([['000007'], [], ['011999']]);
  });

  it('does not repeat a match that is the last row examined', async () => {
    await insert('edge', 5_001, [4_999, 5_000]);
    expect(await walk('edge', 'state=released')).toEqual([['004999'], ['005000']]);
  });

  it('comes to its end where the rows end with the look', async () => {
    await insert('exact', 5_000);
    expect(await walk('exact', 'state=released')).toEqual([[], []]);
  });

  it('fills a page beyond which nothing was examined, and goes on behind it', async () => {
    await insert('full', 5_010, [1, 2, 3, 5_005]);
    expect(await walk('full', 'state=released&limit=2')).toEqual([
      ['000001', '000002'],
      ['000003'],
      ['005005'],
    ]);
  });
});
