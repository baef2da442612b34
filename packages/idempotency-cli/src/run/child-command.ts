import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { Readable } from 'node:stream';
import type { CommandResult } from './command-outcome.js';
import { writeLive } from './live-output.js';
import { TranscriptRecorder, type StreamName } from './transcript.js';

export interface ChildCommandOptions {
  /** Over the environment of this process. */
  readonly environment: Readonly<Record<string, string>>;
  readonly maxOutputBytes: number;
  /** From SIGTERM to SIGKILL, where the command has to stop. */
  readonly killAfterMs: number;
  /** Aborted when the command has to stop. */
  readonly stop: AbortSignal;
  readonly onStarted: (child: ChildProcess) => void;
}

/** The command could not be started, so nothing happened. */
export class NotStarted extends Error {
  override readonly name = 'NotStarted';
  readonly isMissing: boolean;

  constructor(file: string, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    super(`${file} could not be started (${code})`, { cause });
    this.isMissing = code === 'ENOENT';
  }
}

/**
 * How long output is read on after a command that was ended by a signal: a process that it left behind may hold the
 * pipes for ever. After an ordinary end we read until they are closed, as a pipeline of a shell does.
 */
const READ_ON_AFTER_SIGNAL_MS = 1_000;

/**
 * Runs the command, shows its output as it comes and keeps it. stdin is ours.
 *
 * @throws NotStarted
 */
export async function runChildCommand(
  [file = '', ...parameters]: readonly string[],
  options: ChildCommandOptions,
): Promise<CommandResult> {
  const { environment, stop, onStarted } = options;
  const child = await start(file, parameters, environment);
  onStarted(child);
  const stopping = stopWith(child, stop, options.killAfterMs);
  const recorder = new TranscriptRecorder(options.maxOutputBytes);
  try {
    const [[exitCode, signal]] = await Promise.all([
      endOf(child),
      pass(child.stdout, 'stdout', recorder),
      pass(child.stderr, 'stderr', recorder),
    ]);
    return { exitCode, signal, ...recorder.finish() };
  } finally {
    stopping.cancel();
  }
}

type RunningChild = ChildProcess & { readonly stdout: Readable; readonly stderr: Readable };

async function start(
  file: string,
  parameters: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<RunningChild> {
  try {
    const child = spawn(file, parameters, {
      env: { ...process.env, ...environment },
      stdio: ['inherit', 'pipe', 'pipe'],
    });
    await once(child, 'spawn');
    return child;
  } catch (error) {
    throw new NotStarted(file, error);
  }
}

type End = readonly [exitCode: number | null, signal: NodeJS.Signals | null];

async function endOf(child: RunningChild): Promise<End> {
  const end = await new Promise<End>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve([exitCode, signal]));
    // A signal that may not be sent is told as an error; the command runs on, and its end is what counts.
    child.on('error', () => undefined);
  });
  const [, signal] = end;
  if (signal !== null) {
    const giveUp = setTimeout(() => {
      child.stdout.destroy();
      child.stderr.destroy();
    }, READ_ON_AFTER_SIGNAL_MS);
    giveUp.unref();
  }
  return end;
}

async function pass(readable: Readable, stream: StreamName, recorder: TranscriptRecorder): Promise<void> {
  try {
    for await (const bytes of readable as AsyncIterable<Buffer>) {
      recorder.add(stream, bytes);
      await writeLive({ stream, bytes });
    }
  } catch (error) {
    // Closed before its end by `endOf`.
    if (!readable.destroyed) throw error;
  }
}

function stopWith(child: ChildProcess, stop: AbortSignal, killAfterMs: number): { cancel(): void } {
  let killing: NodeJS.Timeout | undefined;
  const terminate = () => {
    child.kill('SIGTERM');
    killing = setTimeout(() => child.kill('SIGKILL'), killAfterMs);
  };
  if (stop.aborted) terminate();
  else stop.addEventListener('abort', terminate, { once: true });
  return {
    cancel: () => {
      stop.removeEventListener('abort', terminate);
      clearTimeout(killing);
    },
  };
}
