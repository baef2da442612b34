import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAnswer, readTour } from '../../../../scripts/docs/tour.js';
import { readme } from '../docs/readme.js';
import { shellTranscript } from '../docs/shell-transcript.js';
import { API_URL, compose, containerOf, docker, removeAll } from './compose.js';

/** What the image adds to its base: the service and its production packages. docs/deployment.md states it. */
const MAX_ADDED_MB = 60;

beforeAll(async () => {
  await removeAll();
  await compose('up', '--build', '--wait');
});

afterAll(removeAll);

it('docker compose up, then the commands of the README are answered as it says, replay included', async () => {
  const tour = readTour(readme);
  expect(tour.setup).toContain(`baseUrl=${API_URL}\n`);
  const printed = await shellTranscript([tour.setup, ...tour.steps.map((step) => step.command)]);
  const answers = printed.slice(1).map(readAnswer);
  expect(answers.map(({ status }) => status)).toEqual(tour.steps.map(({ status }) => status));
  const replay = answers.find(({ body }) => (body as { decision?: string }).decision === 'replay');
  expect(replay?.body).toMatchObject({ outcome: { status: 201, body: { chargeId: 'ch_91' } } });
});

it('the page at /docs has all of its files in the image', async () => {
  const page = await fetch(`${API_URL}/docs`);
  const files = [...(await page.text()).matchAll(/(?:src|href)="\.\/([^"]+)"/gu)].map(([, file]) => file!);
  expect(files).toContain('docs/swagger-ui-bundle.js');
  const statuses = await Promise.all(
    files.map(async (file) => [file, (await fetch(`${API_URL}/${file}`)).status]),
  );
  expect(statuses).toEqual(files.map((file) => [file, 200]));
});

it('the service runs on a read-only root, without a capability, and as nobody in particular', async () => {
  const container = await containerOf('api');
  const [state] = JSON.parse(await docker(['inspect', container])) as [Inspected];
  expect(state.HostConfig).toMatchObject({ ReadonlyRootfs: true, CapDrop: ['ALL'], Privileged: false });
  expect(state.Config.User).toBe('1000:1000');

  const seen = JSON.parse(await evaluate(LOOK_AROUND)) as Seen;
  expect(seen).toEqual({
    uid: 1000,
    capabilities: ['0000000000000000'],
    refusals: ['EROFS', 'EROFS', 'EROFS'],
  });
});

it('SIGTERM ends it with its own exit code, not by a kill', async () => {
  const container = await containerOf('api');
  await compose('stop', 'api');
  const exitCode = await docker(['inspect', '--format', '{{.State.ExitCode}}', container]);
  expect(exitCode.trim()).toBe('0');
  expect(await docker(['logs', container])).toContain('"msg":"stopped"');
  await compose('up', '--wait');
});

it('the image holds what production needs, and not what builds it', async () => {
  const image = JSON.parse(await docker(['image', 'inspect', 'idempotency-api'])) as [{ Size: number }];
  const base = JSON.parse(await docker(['image', 'inspect', 'node:24-bookworm-slim'])) as [{ Size: number }];
  const addedMb = (image[0].Size - base[0].Size) / 1e6;
  process.stdout.write(
    `image: ${(image[0].Size / 1e6).toFixed(0)} MB, of which the service ${addedMb.toFixed(1)} MB\n`,
  );
  expect(addedMb).toBeLessThan(MAX_ADDED_MB);
  const packages = await evaluate(`
    const { readdirSync } = require('node:fs');
    console.log(JSON.stringify([...readdirSync('/service'), ...readdirSync('/service/node_modules/.pnpm')]))`);
  const names = JSON.parse(packages) as string[];
  expect(names).toContain('dist');
  expect(
    names.filter((name) => /^(?:src|test|typescript@|prisma@|vitest@|turbo@|eslint)/.test(name)),
  ).toEqual([]);
});

interface Inspected {
  readonly HostConfig: Record<string, unknown>;
  readonly Config: { readonly User: string };
}

interface Seen {
  readonly uid: number;
  readonly capabilities: readonly string[];
  readonly refusals: readonly string[];
}

const LOOK_AROUND = `
  const { readFileSync, writeFileSync } = require('node:fs');
  const refusals = ['/tmp/x', '/service/x', '/service/dist/main.js'].map((path) => {
    try { writeFileSync(path, 'x'); return 'written'; } catch ({ code }) { return code; }
  });
  const sets = readFileSync('/proc/1/status', 'utf8').match(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):.*$/gm);
  const capabilities = [...new Set(sets.map((line) => line.split(/\\s+/)[1]))];
  console.log(JSON.stringify({ uid: process.getuid(), capabilities, refusals }))`;

/** Runs a script with the service's own Node, in its container. */
function evaluate(script: string): Promise<string> {
  return compose('exec', '--no-TTY', 'api', 'node', '-e', script);
}
