import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startLocalService } from '@infra-services/local-service';
import ts from 'typescript';
import { expect, inject, onTestFinished, test } from 'vitest';

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
const idemCheck = join(packageFolder, 'dist', 'main.js');

test('the example compiles and prints what it says, and idem-check agrees', async () => {
  const readme = await readFile(join(packageFolder, 'README.md'), 'utf8');
  const [, example = ''] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  const [, printed] = /^```text\n(.*?)^```$/ms.exec(readme) ?? [];
  // Inside the package, so that its own name resolves as it does for whoever installs it.
  const folder = join(packageFolder, 'dist', 'readme');
  await mkdir(folder, { recursive: true });
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'example.ts');
  await writeFile(file, example);
  expect(diagnosticsOf(file)).toEqual([]);
  const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  onTestFinished(() => service.stop());

  const env = { PATH: process.env.PATH, IDEMPOTENCY_URL: service.url };
  expect((await run(process.execPath, [file], { env, cwd: folder })).stdout).toBe(printed);

  const { stdout } = await run(process.execPath, [idemCheck, join(folder, 'history.jsonl')]);
  expect(stdout).toContain('0 violations, 0 undecided');
}, 60_000);

test('idem-check ends with 1 where a rule is broken', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'idem-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'history.jsonl');
  const execution = { line: 'execution', namespace: 'n', key: 'k', claimToken: 't', fencingToken: 1, at: 1 };
  await writeFile(file, `${JSON.stringify(execution)}\n${JSON.stringify(execution)}\n`);
  await expect(run(process.execPath, [idemCheck, file])).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('one-execution-per-epoch') as string,
  });
});

function diagnosticsOf(file: string): string[] {
  const { config } = ts.readConfigFile(join(packageFolder, 'tsconfig.json'), (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, packageFolder);
  return ts
    .getPreEmitDiagnostics(ts.createProgram([file], { ...options, noEmit: true }))
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
