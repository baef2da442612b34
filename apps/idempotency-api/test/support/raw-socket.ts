import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { problemMediaType, type ProblemDetails } from '@infra-services/idempotency-contract';

/** One answer as it stood on the wire. */
export interface RawAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** A connection that sends any bytes, for what no HTTP client agrees to send. */
export class RawSocket {
  private received = Buffer.alloc(0);
  private over = false;

  private constructor(private readonly socket: Socket) {
    socket.on('data', (chunk) => {
      this.received = Buffer.concat([this.received, chunk]);
      socket.emit('progress');
    });
    // The peer may hang up on what it refuses while we still write; what it answered before that counts.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.over = true;
      socket.emit('progress');
    });
  }

  static async open(url: string): Promise<RawSocket> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new RawSocket(socket);
  }

  /** Writes, and resolves once the bytes have left this process. */
  async write(...parts: (string | Buffer)[]): Promise<void> {
    const bytes = Buffer.concat(
      parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'latin1') : part)),
    );
    await new Promise((resolve) => this.socket.write(bytes, resolve));
  }

  /** The next answer, whole; null if the connection ended without one. */
  async next(): Promise<RawAnswer | null> {
    for (;;) {
      const answer = this.take();
      if (answer) return answer;
      if (this.over) return null;
      // Not `once` of node:events, which would throw where the peer hangs up with a reset.
      await new Promise((resolve) => this.socket.once('progress', resolve));
    }
  }

  /** Every answer until the peer hangs up. */
  async rest(): Promise<RawAnswer[]> {
    const answers: RawAnswer[] = [];
    for (let answer = await this.next(); answer; answer = await this.next()) answers.push(answer);
    return answers;
  }

  /** Ends our half; the peer may still answer. */
  end(): void {
    this.socket.end();
  }

  /** Drops the connection with a reset, as a crashed caller would. */
  async drop(): Promise<void> {
    this.socket.resetAndDestroy();
    if (!this.over) await once(this.socket, 'close');
  }

  /** Takes a whole answer out of what was received. Our answers all carry their length; 1xx, 204 and 304 have no body. */
  private take(): RawAnswer | null {
    const end = this.received.indexOf('\r\n\r\n');
    if (end === -1) return null;
    const [statusLine = '', ...lines] = this.received.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(
      lines.map((line) => [
        line.slice(0, line.indexOf(':')).toLowerCase(),
        line.slice(line.indexOf(':') + 1).trim(),
      ]),
    );
    const bodyEnd = end + 4 + Number(headers['content-length'] ?? 0);
    if (this.received.length < bodyEnd) return null;
    const text = this.received.subarray(end + 4, bodyEnd).toString();
    this.received = this.received.subarray(bodyEnd);
    return { status: Number(statusLine.split(' ')[1]), headers, text };
  }
}

/** Sends bytes on a connection of their own; every answer until the service hangs up. */
export async function exchange(url: string, ...parts: (string | Buffer)[]): Promise<RawAnswer[]> {
  const socket = await RawSocket.open(url);
  await socket.write(...parts);
  return socket.rest();
}

/** A request with its fields, ready to be sent; the length of the body is added. */
export function rawRequest(
  method: string,
  path: string,
  body = '',
  fields: Record<string, string> = {},
): string {
  const all = {
    host: 'test',
    ...(body === ''
      ? {}
      : { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(body)) }),
    ...fields,
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body}`;
}

/** A request whose body comes in chunks of 64 KiB, its length unsaid. */
export function chunkedRequest(path: string, body: string): Buffer {
  const bytes = Buffer.from(body);
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += 0x10000) {
    const chunk = bytes.subarray(at, at + 0x10000);
    chunks.push(Buffer.from(`${chunk.length.toString(16)}\r\n`), chunk, Buffer.from('\r\n'));
  }
  const head = rawRequest('POST', path, '', {
    'content-type': 'application/json',
    'transfer-encoding': 'chunked',
  });
  return Buffer.concat([Buffer.from(head), ...chunks, Buffer.from('0\r\n\r\n')]);
}

/** The problem that an answer carries. */
export function problemOf(answer: RawAnswer | null): ProblemDetails {
  if (!answer?.headers['content-type']?.startsWith(problemMediaType)) {
    throw new Error(`no problem: ${JSON.stringify(answer)}`);
  }
  return JSON.parse(answer.text) as ProblemDetails;
}
