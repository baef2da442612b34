// `pnpm docs:generate` writes every document that is made from code; `pnpm docs:check` (`--check`) writes nothing and
// fails, naming the first file that differs.
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApiDocument } from '@infra-services/idempotency-contract';
import { format, resolveConfig } from 'prettier';
import { configurationPage } from './configuration-page.ts';
import { errorPages } from './error-pages.ts';
import { limitsPage } from './limits-page.ts';
import { postmanCollection } from './postman-collection.ts';
import { readTour } from './tour.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Folders in which every file is generated: one that is not any more has to go. */
const OWNED_FOLDERS = ['docs/errors', 'docs/postman'];

const documents = await generate();
const leftovers = await leftoversBeside(documents);

if (process.argv.includes('--check')) await check();
else await write();

/** Every generated file: its path from the root, and its text. */
async function generate(): Promise<Map<string, string>> {
  const manifest = JSON.parse(await readText('apps/idempotency-api/package.json')) as { version: string };
  const openApi = openApiDocument(manifest.version);
  const pages = new Map([
    ...errorPages(),
    ['docs/configuration.md', configurationPage()] as const,
    ['docs/limits.md', limitsPage()] as const,
  ]);
  const texts = new Map<string, string>();
  for (const [path, text] of pages) texts.set(path, await formatted(path, text));
  texts.set('docs/openapi.json', pretty(openApi));
  const tour = readTour(await readText('README.md'));
  const collection = await postmanCollection(openApi, tour);
  texts.set('docs/postman/idempotency-api.postman_collection.json', pretty(collection));
  return texts;
}

async function check(): Promise<void> {
  for (const [path, text] of documents) {
    const written = await readText(path).catch(() => undefined);
    if (written !== text) stop(`${path} is ${written === undefined ? 'missing' : 'stale'}`);
  }
  const [leftover] = leftovers;
  if (leftover) stop(`${leftover} is not generated any more`);
  console.log(`docs:check: ${documents.size} generated documents are up to date`);
}

async function write(): Promise<void> {
  for (const [path, text] of documents) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  for (const path of leftovers) await rm(join(root, path));
  console.log(`docs:generate: ${documents.size} documents written`);
}

async function leftoversBeside(kept: ReadonlyMap<string, string>): Promise<string[]> {
  const found = await Promise.all(
    OWNED_FOLDERS.map(async (folder) => {
      const names = await readdir(join(root, folder)).catch(() => []);
      return names.map((name) => `${folder}/${name}`);
    }),
  );
  return found.flat().filter((path) => !kept.has(path));
}

/** The way `prettier --check .` wants it, or generated files would fail there. */
async function formatted(path: string, text: string): Promise<string> {
  const filepath = join(root, path);
  return format(text, { ...(await resolveConfig(filepath)), filepath });
}

function pretty(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

function readText(path: string): Promise<string> {
  return readFile(join(root, path), 'utf8');
}

function stop(reason: string): never {
  console.error(`docs:check: ${reason}: run \`npx --yes pnpm docs:generate\``);
  process.exit(1);
}
