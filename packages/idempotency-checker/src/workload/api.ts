import { setTimeout as sleep } from 'node:timers/promises';

/** What came back, as far as a caller goes by it. */
export interface Answer {
  /** 0: none. */
  readonly status: number;
  readonly body: AnswerBody;
}

export interface AnswerBody {
  readonly code?: string;
  readonly decision?: string;
  readonly claimToken?: string;
  readonly fencingToken?: number;
  readonly results?: readonly (AnswerBody & { readonly status: number })[];
}

/** The service over plain HTTP: one request a call, nothing repeated, no answer thrown. */
export class RawApi {
  constructor(
    private readonly baseUrl: () => string,
    private readonly through: typeof fetch,
    /** Milliseconds for one request, beyond what it asks the service to wait. */
    private readonly timeoutMs: number,
    private readonly headers: Readonly<Record<string, string>> = {},
  ) {}

  async send(method: string, path: string, body?: object, waitMs = 0): Promise<Answer> {
    try {
      const response = await this.through(`${this.baseUrl()}${path}`, {
        method,
        signal: AbortSignal.timeout(this.timeoutMs + waitMs),
        headers: { ...this.headers, ...(body && { 'content-type': 'application/json' }) },
        ...(body && { body: JSON.stringify(body) }),
      });
      const text = await response.text();
      return { status: response.status, body: text === '' ? {} : (JSON.parse(text) as AnswerBody) };
    } catch {
      return { status: 0, body: {} };
    }
  }

  /** The very same call until it is answered with something other than a failure, some times at the most. */
  async persist(path: string, body: object, attempts: number): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      const answer = await this.send('POST', path, body);
      if ((answer.status !== 0 && answer.status < 500) || attempt >= attempts) return answer;
      await sleep(50 * 2 ** Math.min(attempt, 5));
    }
  }
}

/** The path of a record, or of an operation on it. */
export function recordPath({ namespace, key }: { namespace: string; key: string }, verb = ''): string {
  return `/v1/records/${encodeURIComponent(namespace)}/${encodeURIComponent(key)}${verb && `/${verb}`}`;
}
