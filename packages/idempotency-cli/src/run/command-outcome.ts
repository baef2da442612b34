import type { JsonValue, Outcome } from '@infra-services/idempotency-contract';
import type { OutcomeSerializer } from '@infra-services/idempotency-client';
import { Failure } from '../failure.js';
import { isSignal } from './signals.js';
import type { Segment, Transcript } from './transcript.js';

/** How a command ended and what it wrote. Exactly one of exit code and signal is set. */
export interface CommandResult extends Transcript {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The result of a command as an outcome's body, and back. */
export const commandOutcome: OutcomeSerializer<CommandResult> = { toOutcome, fromOutcome };

/** What a command is recorded as that ended without anybody keeping its output: by an operator, or beyond the limit. */
export function resultWithoutOutput(exitCode: number): CommandResult {
  return { exitCode, signal: null, segments: [], discardedBytes: 0 };
}

export function toOutcome(result: CommandResult): Outcome {
  const { exitCode, signal, discardedBytes } = result;
  return {
    headers: { 'content-type': MEDIA_TYPE },
    body: { exitCode, signal, output: result.segments.map(toJson), discardedBytes },
  };
}

/** @throws Failure `MISMATCH` for an outcome that `idem run` did not store. */
function fromOutcome(outcome: Outcome): CommandResult {
  const { exitCode, signal, output, discardedBytes } = membersOf(outcome.body);
  const isEnd = isExitCode(exitCode) ? signal === null : exitCode === null && isSignal(signal);
  const isOurs = outcome.headers?.['content-type'] === MEDIA_TYPE;
  if (!isOurs || !isEnd || !Array.isArray(output) || typeof discardedBytes !== 'number') {
    throw notOfACommand();
  }
  return {
    exitCode: isExitCode(exitCode) ? exitCode : null,
    signal: isSignal(signal) ? signal : null,
    segments: output.map(fromJson),
    discardedBytes,
  };
}

/** Tells outcomes of commands from those of other callers. The version changes with the body's shape. */
const MEDIA_TYPE = 'application/vnd.idem.command+json;version=1';

/** Text where it is text, so that people can read the record; the shorter of the two spellings. */
function toJson({ stream, bytes }: Segment): JsonValue {
  const base64 = bytes.toString('base64');
  const text = bytes.toString('utf8');
  // A NUL is legal in JSON and refused by many who read it.
  const isText = !text.includes('\0') && Buffer.from(text, 'utf8').equals(bytes);
  return isText && Buffer.byteLength(JSON.stringify(text)) <= base64.length + 2
    ? { stream, text }
    : { stream, base64 };
}

function fromJson(segment: JsonValue): Segment {
  const { stream, text, base64 } = membersOf(segment);
  if (stream !== 'stdout' && stream !== 'stderr') throw notOfACommand();
  if (typeof text === 'string') return { stream, bytes: Buffer.from(text, 'utf8') };
  if (typeof base64 === 'string') return { stream, bytes: Buffer.from(base64, 'base64') };
  throw notOfACommand();
}

function membersOf(value: JsonValue | undefined): { [name: string]: JsonValue | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function isExitCode(value: JsonValue | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

function notOfACommand(): Failure {
  return new Failure('MISMATCH', 'The stored outcome is not that of a command', {
    action: 'Read it with `idem get`. Use a new key to run the command.',
  });
}
