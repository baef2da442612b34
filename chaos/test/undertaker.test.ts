import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { expect, onTestFinished, test, vi } from 'vitest';

/** As built: the undertaker is a process by itself. */
const processes = new URL('../dist/cluster/processes.js', import.meta.url).href;

/** Starts a program as the nemesis does, tells its process id, and stays. */
const parent = `
  import { hireUndertaker, startProgram } from '${processes}';
  hireUndertaker();
  console.log(startProgram('sleep', ['600'], '/dev/null').pid);
  setInterval(() => undefined, 1_000);
`;

test.each(['running', 'stopped'])('a run that is killed leaves no %s process', async (state) => {
  const run = spawn(process.execPath, ['--input-type=module', '-e', parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void run.kill('SIGKILL'));
  const [pid] = (await once(run.stdout, 'data')).map(Number) as [number];
  expect(isAlive(pid)).toBe(true);
  if (state === 'stopped') process.kill(pid, 'SIGSTOP');

  run.kill('SIGKILL');

  await vi.waitFor(() => expect(isAlive(pid)).toBe(false), { timeout: 15_000 });
});

/** A zombie has ended: whoever adopted it has not looked yet. */
function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return !stat.slice(stat.lastIndexOf(')') + 2).startsWith('Z');
  } catch {
    return false;
  }
}
