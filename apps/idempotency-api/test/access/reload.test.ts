import { rm } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { entryOf, guardFiles, newToken, untilAnswered } from '../support/guard-files.js';
import { runProgram, untilListening } from '../support/faults-process.js';
import { expectNoneIn } from '../support/faults-secrets.js';
import { Load } from '../support/faults-load.js';
import { metric } from '../support/metrics.js';
import { newKey, startWorld } from '../support/world.js';

async function guarded() {
  const files = await guardFiles([{}]);
  const world = await startWorld({ settings: files.settings });
  onTestFinished(() => world.close());
  const clientOf = (token: string): ApiClient => {
    const client = new ApiClient(world.api.url, token);
    onTestFinished(() => {
      client.close();
    });
    return client;
  };
  const refusedReloads = () =>
    metric(world.api, 'idempotency_file_reloads_total{file="TOKENS_FILE",result="refused"}');
  const isStale = () => metric(world.api, 'idempotency_file_stale{file="TOKENS_FILE"}');
  return { files, world, clientOf, refusedReloads, isStale, first: files.tokens[0]! };
}

async function until(condition: () => Promise<boolean>): Promise<void> {
  while (!(await condition()));
}

describe('a tokens file that changes', () => {
  it('lets a new token in, keeps the old one while both are listed, and then turns it away', async () => {
    const { files, clientOf, first } = await guarded();
    const second = newToken();
    await files.writeTokens({ tokens: [entryOf(first), entryOf(second)] });
    await untilAnswered(() => clientOf(second).get('a'), 404);
    expect((await clientOf(first).get('a')).status).toBe(404);
    await files.writeTokens({ tokens: [entryOf(second)] });
    await untilAnswered(() => clientOf(first).get('a'), 401);
    expect((await clientOf(second).get('a')).status).toBe(404);
  });

  it('drops no call, however often it changes under load', async () => {
    const { files, world, clientOf, first } = await guarded();
    const api = clientOf(first);
    const reloads = () => metric(world.api, 'idempotency_file_reloads_total{file="TOKENS_FILE",result="ok"}');
    const load = new Load();
    let goesOn = true;
    const running = load.run(16, async (operation) => {
      // Whatever is neither a grant nor CLAIM_IN_PROGRESS throws, a 401 too. `false` is a 503 of a store on a busy
      // machine, which tells nothing of the file: the same calls are made again.
      while (!(await load.settle(api, operation)));
      return goesOn;
    });
    for (let change = 1; change <= 10; change++) {
      await files.writeTokens({ tokens: [entryOf(first), entryOf(newToken())] });
      await until(async () => (await reloads()) === change);
    }
    goesOn = false;
    await running;
    expect(load.unsettled).toEqual([]);
    expect(load.settled.length).toBeGreaterThanOrEqual(16);
  });

  it.each([
    ['is cut short', '{"tokens":[{"sha256":"ab'],
    ['is of another form', { tokens: [{ tenant: 'acme' }] }],
    ['lists nobody', { tokens: [] }],
  ])('and %s leaves the former content in force, and shows in a metric', async (_, content) => {
    const { files, clientOf, first, refusedReloads, isStale } = await guarded();
    expect(await isStale()).toBe(0);
    await files.writeTokens(content);
    await until(async () => (await refusedReloads()) === 1);
    expect(await isStale()).toBe(1);
    expect((await clientOf(first).get('a')).status).toBe(404);
    await files.writeTokens({ tokens: [entryOf(first)] });
    await until(async () => (await isStale()) === 0);
    expect(await refusedReloads()).toBe(1);
  });

  it('and goes away leaves the former content in force', async () => {
    const { files, clientOf, first, isStale } = await guarded();
    await rm(files.settings.TOKENS_FILE!);
    await until(async () => (await isStale()) === 1);
    expect((await clientOf(first).get('a')).status).toBe(404);
  });
});

it('neither tokens nor their digests are ever in a log, and a refused file is told in one line', async () => {
  const files = await guardFiles([{}]);
  const world = await startWorld();
  onTestFinished(() => world.close());
  const program = runProgram('main', {
    DATABASE_URL: world.database.url,
    PORT: '0',
    LOG_LEVEL: 'debug',
    ...files.settings,
  });
  const url = await untilListening(program);
  const [token = ''] = files.tokens;
  const wrong = newToken();
  const misplaced = newToken();
  const api = new ApiClient(url, token);
  const stranger = new ApiClient(url, wrong);
  const { body } = await api.claim({ key: newKey() });
  await api.complete(body.key, { claimToken: body.claimToken, outcome: {} });
  await api.get('a', `?access_token=${token}`);
  await stranger.claim({ key: newKey() });
  // The mistake that is most easily made: the token where its digest belongs.
  await files.writeTokens({ tokens: [{ sha256: misplaced, tenant: misplaced, [misplaced]: 1, scopes: [] }] });
  await program.line(/a changed file is refused/);
  await api.get('a');
  api.close();
  stranger.close();
  program.child.kill('SIGTERM');
  expect(await program.ended).toBe(0);
  expect(program.stderr).toEqual([]);
  expect(program.stdout.filter((line) => line.includes('a changed file is refused'))).toHaveLength(1);
  const { sha256 } = entryOf(token) as { sha256: string };
  expectNoneIn(program.stdout, { token, wrong, misplaced, sha256 });
});
