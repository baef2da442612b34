import { spawnSync } from 'node:child_process';

/** Runs `promtool` from the path; a machine without it fails the test, as nothing is skipped. Its whole output. */
export function promtool(args: readonly string[], input = ''): { ok: boolean; output: string } {
  const { error, status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  if (error)
    throw new Error('these tests need promtool on the path: apt-get install prometheus', { cause: error });
  return { ok: status === 0, output: `${stdout}${stderr}`.trim() };
}
