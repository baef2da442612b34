import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

/** The built program, as it is installed. */
export const program = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

/** How a process ended and what it wrote. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  /** stdout byte for byte. */
  readonly bytes: Buffer;
}

export interface RunningIdem {
  readonly process: ChildProcessWithoutNullStreams;
  readonly ended: Promise<Ended>;
}

/** Runs `idem` as processes of their own, against one service. */
export class Idem {
  constructor(
    private readonly url: string,
    private readonly environment: Readonly<Record<string, string>> = {},
  ) {}

  start(...words: string[]): RunningIdem {
    const child = spawn(process.execPath, [program, ...words], {
      env: {
        PATH: process.env.PATH,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        IDEMPOTENCY_URL: this.url,
        ...this.environment,
      },
    });
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
    onTestFinished(() => void child.kill('SIGKILL'));
    const ended = Promise.all([exited, buffer(child.stdout), buffer(child.stderr)]).then(
      ([[exitCode, signal], bytes, errors]) => ({
        exitCode,
        signal,
        stdout: bytes.toString('utf8'),
        stderr: errors.toString('utf8'),
        bytes,
      }),
    );
    return { process: child, ended };
  }

  /** Runs it to its end, with nothing on stdin. */
  async end(...words: string[]): Promise<Ended> {
    const { process: child, ended } = this.start(...words);
    child.stdin.end();
    return ended;
  }

  /** Runs it to its end and reads its stdout as JSON. */
  async json<Body = Record<string, unknown>>(...words: string[]): Promise<Body> {
    const { stdout, stderr, exitCode } = await this.end(...words, '--json');
    if (stdout === '') throw new Error(`idem ended with ${String(exitCode)} and wrote no JSON: ${stderr}`);
    return JSON.parse(stdout) as Body;
  }
}

/** Resolves when the stream has said so much that `marker` is in it. */
export async function untilWritten(stream: NodeJS.ReadableStream, marker: string): Promise<void> {
  let seen = '';
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      seen += chunk.toString('utf8');
      if (seen.includes(marker)) resolve();
    });
    stream.once('end', () => reject(new Error(`ended without "${marker}": ${seen}`)));
  });
}
