import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { patient } from '../support/limits-of-patience.js';
import { startService, type ServiceProcess } from '../support/service-process.js';

const RESTARTS = 20;
/** A connection each, always with a call on its way. */
const CALLERS = 64;
/** Twenty starts of a process, each some seconds on a busy machine. */
const TIMEOUT_MS = 480_000;

let database: TestDatabase;

beforeAll(async () => {
  database = await createDatabase();
});

afterAll(() => database.drop());

/** What became of the calls of one life of the service. */
interface Told {
  readonly answered: Map<string, number>;
  /** Sent on a connection that was there, and cut off without an answer. */
  readonly cutOff: string[];
}

it(
  'SIGTERM under full load, twenty times: every call that was accepted is answered',
  async () => {
    const answered = new Map<string, number>();
    const cutOff: string[] = [];
    for (let restart = 0; restart < RESTARTS; restart++) {
      const service = await start();
      const life: Told = { answered: new Map(), cutOff: [] };
      const callers = callWithoutPause(service.api.url, life);
      await vi.waitUntil(() => life.answered.size > CALLERS * 4, { timeout: 30_000, interval: 1 });
      expect(await service.end('SIGTERM')).toBe(0);
      await callers;
      for (const [key, status] of life.answered) answered.set(key, status);
      cutOff.push(...life.cutOff);
    }

    expect([...answered.values()].filter((status) => status !== 201)).toEqual([]);
    expect(cutOff).toEqual([]);
    const { rows } = await database.pool.query<{ key: string }>('SELECT key FROM record_by_parts');
    expect(rows.map(({ key }) => key).filter((key) => !answered.has(key))).toEqual([]);
    expect(rows).toHaveLength(answered.size);
  },
  TIMEOUT_MS,
);

function start(): Promise<ServiceProcess> {
  return startService({ ...patient, DATABASE_URL: database.url });
}

/** Callers that claim one new key after the other, until nobody listens any more. */
async function callWithoutPause(url: string, told: Told): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: CALLERS });
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      for (;;) {
        const key = randomUUID();
        const status = await claim(url, key, agent);
        if (status === 'refused') return;
        if (status === 'cut off') told.cutOff.push(key);
        else told.answered.set(key, status);
      }
    }),
  );
  agent.destroy();
}

function claim(url: string, key: string, agent: Agent): Promise<number | 'refused' | 'cut off'> {
  const body = JSON.stringify({ key });
  return new Promise((resolve) => {
    httpRequest(
      `${url}/v1/claims`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': body.length },
      },
      (response) => {
        response
          .resume()
          .on('end', () => {
            resolve(response.statusCode ?? 0);
          })
          .on('error', () => {
            resolve('cut off');
          });
      },
    )
      .on('error', (error: NodeJS.ErrnoException) => {
        resolve(error.code === 'ECONNREFUSED' ? 'refused' : 'cut off');
      })
      .end(body);
  });
}
