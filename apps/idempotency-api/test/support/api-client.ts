import { Agent, request as httpRequest, type IncomingHttpHeaders } from 'node:http';
import type {
  ClaimRequest,
  IdempotencyRecord,
  Outcome,
  ProblemDetails,
} from '@infra-services/idempotency-contract';
import { contractViolations } from './contract-check.js';
import { plant, plantCredential, plantTokensOf, PLANTED_COOKIE } from './discretion.js';

/** An answer, already held against the contract. */
export interface Answer<Body = unknown> {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Body;
}

/** What to send beyond method and path. */
export interface Sending {
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly raw?: string | Buffer;
  readonly headers?: Record<string, string>;
  readonly signal?: AbortSignal;
}

/** A claim's answer with the members of every decision, for tests that know which one they expect. */
export interface ClaimAnswerBody extends ProblemDetails {
  decision: 'execute' | 'replay';
  namespace: string;
  key: string;
  claimToken: string;
  fencingToken: number;
  attempt: number;
  leaseExpiresAt: string;
  checkpoint: { name: string; data: unknown } | null;
  outcome: Outcome;
  completedAt: string;
  expiresAt: string;
}

/** Speaks to one replica over real HTTP and refuses answers that break the contract. */
export class ApiClient {
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 2_000 });

  /** @param token Sent as `Authorization: Bearer` with every call. */
  constructor(
    readonly url: string,
    private readonly token?: string,
  ) {
    if (token !== undefined) plantCredential(token);
  }

  async send<Body = ProblemDetails>(
    method: string,
    path: string,
    sending: Sending = {},
  ): Promise<Answer<Body>> {
    const answer = await this.exchange(method, path, sending);
    const [pathname = ''] = path.split('?');
    const violations = contractViolations(method, pathname, answer);
    if (violations.length > 0) {
      throw new Error(
        `${method} ${path} broke the contract: ${violations.join('; ')}\n${JSON.stringify(answer.body)}`,
      );
    }
    return answer as Answer<Body>;
  }

  claim(request: ClaimRequest, sending: Sending = {}): Promise<Answer<ClaimAnswerBody>> {
    return this.send('POST', '/v1/claims', { ...sending, json: request });
  }

  claimBatch(claims: ClaimRequest[]): Promise<Answer<{ results: ClaimAnswerBody[] }>> {
    return this.send('POST', '/v1/claims/batch', { json: { claims } });
  }

  complete(
    key: string,
    body: object,
    namespace = 'default',
  ): Promise<Answer<IdempotencyRecord & ProblemDetails>> {
    return this.act('complete', key, body, namespace);
  }

  /** renew, checkpoint, release, resolve, complete. */
  act<Body = IdempotencyRecord & ProblemDetails>(
    action: string,
    key: string,
    body: object,
    namespace = 'default',
  ): Promise<Answer<Body>> {
    return this.send('POST', `${recordPath(key, namespace)}/${action}`, { json: body });
  }

  get(key: string, query = '', namespace = 'default'): Promise<Answer<IdempotencyRecord & ProblemDetails>> {
    return this.send('GET', `${recordPath(key, namespace)}${query}`);
  }

  delete(key: string, query = '', namespace = 'default'): Promise<Answer> {
    return this.send('DELETE', `${recordPath(key, namespace)}${query}`);
  }

  close(): void {
    this.agent.destroy();
  }

  private exchange(method: string, path: string, sending: Sending): Promise<Answer> {
    const payload = sending.json === undefined ? sending.raw : JSON.stringify(sending.json);
    const { hostname, port } = new URL(this.url);
    plant(path, payload?.toString() ?? '');
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        {
          hostname,
          port,
          // As it is: within a URL it would be normalized, and `..` in it never be sent.
          path,
          method,
          agent: this.agent,
          ...(sending.signal ? { signal: sending.signal } : {}),
          headers: {
            cookie: PLANTED_COOKIE,
            ...(payload === undefined
              ? {}
              : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) }),
            ...(this.token === undefined ? {} : { authorization: `Bearer ${this.token}` }),
            ...sending.headers,
          },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            plantTokensOf(text);
            const isJson = response.headers['content-type']?.includes('json') ?? false;
            const body: unknown = isJson ? JSON.parse(text) : text;
            resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
          });
        },
      );
      request.on('error', reject);
      request.end(payload);
    });
  }
}

/** The path of a record. */
export function recordPath(key: string, namespace = 'default'): string {
  return `/v1/records/${namespace}/${encodeURIComponent(key)}`;
}
