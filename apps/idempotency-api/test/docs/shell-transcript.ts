import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Ends what one block printed; no answer holds it. */
const END_OF_BLOCK = '\u001e';

/**
 * Runs blocks one after the other in one bash, as a reader who pastes them does, and returns what each has printed.
 * The first command that fails ends it.
 */
export async function shellTranscript(blocks: readonly string[]): Promise<string[]> {
  const script = blocks.map((block) => `${block}\nprintf '${END_OF_BLOCK}'\n`).join('');
  const shell = spawn('bash', ['-euo', 'pipefail', '-c', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(shell, 'exit') as Promise<[number | null]>;
  const [output, errors, [code]] = await Promise.all([text(shell.stdout), text(shell.stderr), exited]);
  if (code !== 0) throw new Error(`bash ended with ${String(code)}: ${errors}\n${output}`);
  return output.split(END_OF_BLOCK).slice(0, -1);
}
