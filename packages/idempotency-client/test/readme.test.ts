import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, expect, test } from 'vitest';
import { useWorld } from './support/world.js';

const world = useWorld();
const packageFolder = fileURLToPath(new URL('..', import.meta.url));
// Inside the package, so that its own name resolves as it does for whoever installs it.
const folder = join(packageFolder, 'dist', 'readme');

afterAll(() => rm(folder, { recursive: true, force: true }));

/** The package's own examples, the first one that anybody sees, and that of the contract. */
const readmes = ['README.md', '../../README.md', '../idempotency-contract/README.md'];

async function blocks(path: string): Promise<string[]> {
  const readme = await readFile(join(packageFolder, path), 'utf8');
  return [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, code = '']) => code);
}

function diagnosticsOf(files: string[]): string[] {
  const base = join(packageFolder, 'tsconfig.json');
  const { config } = ts.readConfigFile(base, (path) => ts.sys.readFile(path));
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, packageFolder);
  const program = ts.createProgram(files, { ...options, noEmit: true });
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}

test('the examples, and that of the front page, compile and print what they say', async () => {
  await mkdir(folder, { recursive: true });
  const files = await Promise.all(
    (await Promise.all(readmes.map(blocks))).flat().map(async (code, index) => {
      const file = join(folder, `example-${index}.ts`);
      await writeFile(file, code);
      return file;
    }),
  );
  expect(diagnosticsOf(files)).toEqual([]);
  const env = { PATH: process.env.PATH, IDEMPOTENCY_URL: world.service.url };
  const printed = await Promise.all(
    files.map(async (file) => (await promisify(execFile)(process.execPath, [file], { env })).stdout),
  );
  expect(printed).toEqual([
    'ch_1250, charged now\nch_1250, charged before\n',
    '402 false\n',
    '2026\n',
    'ch_1250 is charged\n',
    'POST /v1/claims 120000\nCLAIM_IN_PROGRESS true\nOUTCOME_UNKNOWN false\nCLAIM_LOST false\n',
  ]);
}, 60_000);
