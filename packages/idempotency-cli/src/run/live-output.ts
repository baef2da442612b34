import { write } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Segment, StreamName } from './transcript.js';

const writeTo = promisify(write);

const descriptors: Record<StreamName, number> = { stdout: 1, stderr: 2 };

/** Between attempts to write to a reader that is not blocking us and is full. */
const FULL_READER_PAUSE_MS = 10;

/**
 * Writes to our own stdout or stderr and resolves when it is written. `process.stdout` would not do: it writes to pipes
 * synchronously, so that a reader that stands still (a pager, Ctrl-S) would stop the renewals too, and lose the claim.
 * A reader that is gone is no reason to stop the command: the rest goes unread, as it is being stored all the same.
 */
export async function writeLive({ stream, bytes }: Segment): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    try {
      written += (await writeTo(descriptors[stream], bytes, written)).bytesWritten;
    } catch (error) {
      if (!isFull(error)) return;
      await delay(FULL_READER_PAUSE_MS);
    }
  }
}

function isFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}
