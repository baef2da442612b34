import pg from 'pg';
import { claimOf, completionOf, FINGERPRINT, IDENTITIES, requestOf } from './payload.js';

const BATCH = 500;

/** Calls in flight while keys of a peer are seeded. */
const CALLERS = 32;

interface BatchAnswer {
  readonly results: readonly { readonly status: number }[];
}

/** Claims and completes keys 0 … count - 1 of a run through the service; throws unless each has its outcome. */
export async function completeKeys(url: string, run: string, count: number): Promise<void> {
  await claimRange(url, run, 0, count);
  for (const numbers of batches(0, count)) {
    const completions = numbers.map((n) => completionOf(run, n));
    expectEach(await post<BatchAnswer>(`${url}/v1/completions/batch`, { completions }), 200);
  }
}

/** Claims keys from … to - 1 of a run through the service; throws unless each is granted. */
export async function claimRange(url: string, run: string, from: number, to: number): Promise<void> {
  for (const numbers of batches(from, to)) {
    const claims = numbers.map((n) => claimOf(run, n));
    expectEach(await post<BatchAnswer>(`${url}/v1/claims/batch`, { claims }), 201);
  }
}

/** Calls keys 0 … count - 1 of a run once, each with its key in the header. */
export async function callKeys(url: string, run: string, count: number): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) {
      const request = requestOf(run, next++);
      await post(url, request, { 'Idempotency-Key': String(request.order) });
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

/**
 * Claims keys 0 … count - 1 of a run in the service's table, and lets PostgreSQL look at the table: a plan made for
 * an empty one would be measured otherwise.
 */
export async function claimKeys(databaseUrl: string, run: string, count: number): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    await client.query(
      `INSERT INTO idempotency_record (
         identity, fingerprint, claim_token, on_lease_expiry, lease_ms, retention_ms,
         state, attempt, fencing_token, lease_expires_at, created_at, updated_at)
       SELECT $1::text || 'order-' || $2::text || '-' || lpad(n::text, 9, '0'), $4::text,
         ($2 || '-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid, 'block', 86400000, 86400000,
         'in_progress', 1, 1795250244458843, now() + interval '1 day', now(), now()
       FROM generate_series(0, $3::int - 1) AS n`,
      [IDENTITIES, run, count, FINGERPRINT],
    );
    await client.query('ANALYZE idempotency_record');
  } finally {
    await client.end();
  }
}

function* batches(from: number, to: number): Generator<number[]> {
  for (let first = from; first < to; first += BATCH) {
    yield Array.from({ length: Math.min(BATCH, to - first) }, (_unused, index) => first + index);
  }
}

function expectEach(answer: BatchAnswer, status: number): void {
  const other = answer.results.find((result) => result.status !== status);
  if (other) throw new Error(`seeding: expected ${status} for each item, got ${JSON.stringify(other)}`);
}

async function post<Answer>(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`seeding: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as Answer;
}
