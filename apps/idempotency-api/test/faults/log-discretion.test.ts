import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { ApiClient, recordPath, type Sending } from '../support/api-client.js';
import { startFragilePostgres } from '../support/faults-postgres.js';
import { runProgram, untilListening } from '../support/faults-process.js';
import { expectNoneIn } from '../support/faults-secrets.js';
import { connectTo } from '../support/faults-sockets.js';
import { patient } from '../support/limits-of-patience.js';
import { startCollector } from '../support/otlp-collector.js';

/** What callers send and nobody may read in a log. */
const secrets = {
  key: 'secret-key/of order 1017',
  poisonedKey: 'secret-key-that-postgres-refuses',
  claimToken: randomUUID(),
  lostToken: randomUUID(),
  dedupId: 'secret-id-of-a-message',
  request: 'secret-card-4111111111111111',
  outcome: 'secret-receipt',
  header: 'secret-header',
  checkpoint: 'secret-checkpoint',
  owner: 'secret-owner',
  reason: 'secret-reason',
  path: 'secret-path',
  query: 'secret-query',
  requestId: 'secret request id',
  malformed: 'secret-bytes',
  bearer: 'secret-bearer-token',
  cookie: 'secret-cookie',
  tenant: 'secret-tenant-header',
};

/** On every call, with a trace that the caller records: in log lines that is all that is kept. */
const headers = {
  authorization: `Bearer ${secrets.bearer}`,
  cookie: `session=${secrets.cookie}`,
  'x-tenant': secrets.tenant,
  baggage: `tenant=${secrets.tenant}`,
  traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
};

const COLLECTOR_CREDENTIAL = 'secret-of-the-collector';

const { key, claimToken, lostToken } = secrets;
const outcome = { status: 201, headers: { 'x-receipt': secrets.header }, body: { receipt: secrets.outcome } };
const claim = { key, claimToken, request: { card: secrets.request }, owner: secrets.owner };

/** Calls that succeed or are refused while the store is there: one for each way that a value could take into a log. */
async function callEverything(api: ApiClient): Promise<number[]> {
  const statuses: number[] = [];
  const send = async (method: string, path: string, sending: Sending = {}): Promise<void> => {
    const answer = await api.send(method, path, { ...sending, headers: { ...headers, ...sending.headers } });
    statuses.push(answer.status);
  };
  await send('POST', '/v1/claims', { json: claim });
  await send('POST', '/v1/claims', { json: { ...claim, claimToken: lostToken } });
  await send('POST', '/v1/claims', { json: { ...claim, request: { card: `other ${secrets.request}` } } });
  await send('POST', '/v1/claims', { json: { ...claim, [secrets.request]: secrets.request } });
  await send('POST', '/v1/claims', { json: { ...claim, leaseMs: secrets.request } });
  await send('POST', '/v1/claims', {
    raw: `{"key":"${key}" ${secrets.request}`,
    headers: { 'x-request-id': secrets.requestId },
  });
  await send('POST', '/v1/claims', { raw: secrets.request, headers: { 'content-type': 'text/plain' } });
  const act = (action: string, json: object): Promise<void> =>
    send('POST', `${recordPath(key)}/${action}`, { json });
  await act('checkpoint', { claimToken, name: secrets.checkpoint, data: secrets.checkpoint });
  await act('renew', { claimToken });
  await act('complete', { claimToken: lostToken, outcome });
  await act('complete', { claimToken, outcome });
  await act('complete', { claimToken, outcome: { body: `other ${secrets.outcome}` } });
  await act('release', { claimToken: lostToken, effect: 'none', reason: secrets.reason });
  await act('resolve', { resolution: 'completed', outcome, note: secrets.reason });
  await send('POST', '/v1/claims', { json: claim });
  await send('GET', recordPath(key));
  await send('GET', `${recordPath(key)}?waitMs=${secrets.query}`);
  await send('GET', `/v1/records?cursor=${secrets.query}`);
  await send('PUT', recordPath(key), { json: { [secrets.request]: 1 } });
  await send('GET', recordPath(secrets.path));
  await send('GET', `/v1/${secrets.path}/${encodeURIComponent(key)}`);
  await send('GET', `/v1/records/default/${secrets.path}%zz`);
  await send('POST', '/v1/deduplications', { json: { ids: [secrets.dedupId] } });
  await send('DELETE', recordPath(key));
  return statuses;
}

async function sendMalformedHttp(url: string): Promise<void> {
  const socket = await connectTo(url);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.resume().write(`${secrets.malformed} ${key}\r\n\r\n`);
  await closed;
}

let postgres: Awaited<ReturnType<typeof startFragilePostgres>>;
beforeAll(async () => {
  postgres = await startFragilePostgres();
});
afterAll(() => postgres.dispose());

it('no log line, span or metric holds a key, a body, a token, a header, a path or a password, and no audit entry more than it is for', async () => {
  const collector = await startCollector();
  onTestFinished(() => collector.close());
  const program = runProgram('main', {
    ...patient,
    DATABASE_URL: postgres.url,
    PORT: '0',
    LOG_LEVEL: 'debug',
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${COLLECTOR_CREDENTIAL}`,
  });
  const url = await untilListening(program);
  const api = new ApiClient(url);
  const operator = new pg.Client({ connectionString: postgres.url });
  operator.on('error', () => undefined);
  await operator.connect();

  expect(new Set(await callEverything(api))).toEqual(new Set([200, 201, 204, 400, 404, 405, 409, 415, 422]));
  await sendMalformedHttp(url);

  // A failure whose report by PostgreSQL shows the row that it refused.
  await operator.query(
    `ALTER TABLE idempotency_record ADD CHECK (identity <> 'default default ${secrets.poisonedKey}')`,
  );
  expect((await api.claim({ ...claim, key: secrets.poisonedKey })).body.code).toBe('INTERNAL_ERROR');

  // Connections that break while idle, and a store that is away.
  expect((await api.send('GET', '/health/ready')).status).toBe(200);
  const lost = program.line(/a connection to PostgreSQL was lost/).then(() => true);
  // Only one that is idle is told of: whoever is busy has its statement fail.
  const endConnections = async (): Promise<boolean> => {
    await operator.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'idempotency-api'`,
    );
    return Promise.race([lost, setTimeout(50, false)]);
  };
  await vi.waitUntil(endConnections, { timeout: 10_000 });
  const audit = await operator.query<{ entry: string }>(
    `SELECT (to_jsonb(a) - 'key' - 'note')::text AS entry FROM audit_entry a`,
  );
  await postgres.server.stop();
  expect((await api.claim(claim)).status).toBe(503);
  expect((await api.complete(key, { claimToken, outcome })).status).toBe(503);
  await postgres.restart();
  await vi.waitFor(async () => expect((await api.claim(claim)).status).toBe(201), { timeout: 10_000 });

  const metrics = (await api.send<string>('GET', '/metrics')).body;
  api.close();
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.stderr).toEqual([]);
  const messages = program.stdout.map((line) => (JSON.parse(line) as { msg: string }).msg);
  expect(messages).toEqual(
    expect.arrayContaining(['call', 'The service failed', 'The store cannot be reached']),
  );
  expect(messages).toContain('a token that had lost its claim came back');
  // The driver's name for what cancels a connection's statements; drivers hang themselves onto their errors.
  expect(program.stdout.filter((line) => line.includes('secretKey'))).toEqual([]);
  const spans = collector.spans().map(({ name }) => name);
  expect(spans).toEqual(
    expect.arrayContaining(['POST /v1/claims', 'batch claim', 'grant_first_claims_one', 'erase_announced']),
  );
  expect(audit.rows.length).toBeGreaterThan(0);
  const told = [
    ...program.stdout,
    ...collector.bodies,
    ...metrics.split('\n'),
    ...audit.rows.map(({ entry }) => entry),
  ];
  expectNoneIn(told, {
    ...secrets,
    password: new URL(postgres.url).password,
    collector: COLLECTOR_CREDENTIAL,
  });
});
