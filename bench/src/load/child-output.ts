import { spawn } from 'node:child_process';

/** Runs a program to its end, or to ours; its standard output. Throws with its last words if it fails. */
export async function childOutput(command: string, args: readonly string[]): Promise<string> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'] });
  // A generator whose benchmark was ended would go on against a port that by then may be somebody else's.
  const end = (): void => void child.kill();
  process.once('exit', end);
  const output: string[] = [];
  const errors: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => output.push(chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => errors.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject).on('close', resolve);
  }).finally(() => process.removeListener('exit', end));
  if (code !== 0) {
    const told = (errors.join('') || output.join('')).trim().slice(-500);
    throw new Error(`${command} ended with ${code ?? 'a signal'}: ${told}`);
  }
  return output.join('');
}

/** The last line of a generator's output, which starts with `BENCH` and goes on in JSON. */
export function benchLine(output: string): unknown {
  const line = output.split('\n').findLast((text) => text.startsWith('BENCH '));
  if (line === undefined) throw new Error(`the load generator gave no result: ${output.trim().slice(-500)}`);
  return JSON.parse(line.slice('BENCH '.length));
}
