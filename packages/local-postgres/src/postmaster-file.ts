import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { absentIsNull } from './absent-is-null.js';

/** The lines of postmaster.pid that matter here (PostgreSQL's `utils/pidfile.h`). */
export interface PostmasterFile {
  /** Line 1. May by now be the pid of any other process. */
  pid: number;
  /** Line 4; 0 where the postmaster did not get so far. */
  port: number;
  /** Line 8: sessions are let in. Written by a postmaster that is gone as well. */
  ready: boolean;
}

/** What a running postmaster, or one that did not shut down, left in its cluster. */
export async function readPostmasterFile(cluster: string): Promise<PostmasterFile | null> {
  const text = (await readFile(postmasterFile(cluster), 'utf8').catch(absentIsNull)) ?? '';
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  if (!(pid > 0)) return null;
  return { pid, port: Number(lines[3] ?? 0), ready: lines[7]?.trim() === 'ready' };
}

/**
 * Removes a file with nothing in it: left by a postmaster that was killed between creating and writing it, and refused
 * by every later one. The caller holds the cluster lock, so no postmaster of ours is between the two now.
 */
export async function removeEmptyPostmasterFile(cluster: string): Promise<void> {
  if ((await readPostmasterFile(cluster)) === null) await rm(postmasterFile(cluster), { force: true });
}

function postmasterFile(cluster: string): string {
  return join(cluster, 'postmaster.pid');
}
