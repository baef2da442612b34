// A program: claims by one statement a request, a second one where the key exists. Fastify, pg, nothing else.
import { createHash } from 'node:crypto';
import Fastify from 'fastify';
import pg from 'pg';

interface ClaimBody {
  readonly namespace: string;
  readonly key: string;
  readonly claimToken: string;
  readonly request: unknown;
}

interface ClaimRow {
  readonly fingerprint: string;
  readonly claim_token: string;
  readonly state: 'in_progress' | 'completed';
  readonly lease_expires_at: Date;
  readonly outcome: unknown;
}

const claimBody = {
  type: 'object',
  required: ['namespace', 'key', 'claimToken', 'request'],
  properties: {
    namespace: { type: 'string', minLength: 1, maxLength: 128 },
    key: { type: 'string', minLength: 1, maxLength: 255 },
    claimToken: { type: 'string', pattern: '^[0-9a-fA-F-]{36}$' },
    request: {},
  },
};

// Twice pg's default: 64 callers would queue for ten connections.
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 20 });
await pool.query(`
  CREATE TABLE IF NOT EXISTS claims (
    namespace        text NOT NULL,
    key              text NOT NULL,
    fingerprint      text NOT NULL,
    claim_token      uuid NOT NULL,
    state            text NOT NULL DEFAULT 'in_progress',
    lease_expires_at timestamptz NOT NULL,
    outcome          jsonb,
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace, key)
  )`);

const server = Fastify();

server.post<{ Body: ClaimBody }>('/v1/claims', { schema: { body: claimBody } }, async (request, reply) => {
  const { namespace, key, claimToken } = request.body;
  const fingerprint = createHash('sha256').update(JSON.stringify(request.body.request)).digest('hex');
  const inserted = await pool.query<ClaimRow>({
    name: 'claim',
    text: `INSERT INTO claims (namespace, key, fingerprint, claim_token, lease_expires_at)
           VALUES ($1, $2, $3, $4, now() + interval '30 seconds')
           ON CONFLICT DO NOTHING
           RETURNING claim_token, lease_expires_at`,
    values: [namespace, key, fingerprint, claimToken],
  });
  const [granted] = inserted.rows;
  if (granted) {
    reply.code(201);
    return {
      decision: 'execute',
      namespace,
      key,
      claimToken: granted.claim_token,
      leaseExpiresAt: granted.lease_expires_at,
    };
  }
  const found = await pool.query<ClaimRow>({
    name: 'find',
    text: 'SELECT fingerprint, state, outcome FROM claims WHERE namespace = $1 AND key = $2',
    values: [namespace, key],
  });
  const [existing] = found.rows;
  if (existing?.fingerprint !== fingerprint) return reply.code(422).send({ code: 'FINGERPRINT_MISMATCH' });
  if (existing.state === 'in_progress') return reply.code(409).send({ code: 'CLAIM_IN_PROGRESS' });
  return { decision: 'replay', namespace, key, outcome: existing.outcome };
});

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ msg: 'listening', url }));
