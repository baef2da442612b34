import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TokensFile } from '@infra-services/idempotency-contract';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test } from 'vitest';
import { IdempotencyClient, ProblemError } from '../src/index.js';
import { aRecord } from './support/world.js';

/** A service that lets in whoever holds the token, for `execute` alone. */
async function guardedService() {
  const directory = await mkdtemp(join(tmpdir(), 'idempotency-client-'));
  const token = `idem_${randomBytes(32).toString('base64url')}`;
  const sha256 = createHash('sha256').update(token).digest('hex');
  const file: TokensFile = { tokens: [{ sha256, tenant: 'acme', scopes: ['execute'] }] };
  const path = join(directory, 'tokens.json');
  await writeFile(path, JSON.stringify(file));
  const settings = { AUTH_MODE: 'token', TOKENS_FILE: path };
  const service = await startLocalService({ postgresUrl: inject('postgresUrl'), settings });
  onTestFinished(async () => {
    await service.stop();
    await rm(directory, { recursive: true });
  });
  return { token, url: service.url };
}

test('under AUTH_MODE=token the service knows the client by its token, as a text or as a function', async () => {
  const { token, url } = await guardedService();
  const record = aRecord();
  const run = (given?: string | (() => Promise<string>)) =>
    new IdempotencyClient({ baseUrl: url, token: given }).execute({ ...record, request: {} }, () =>
      Promise.resolve('done'),
    );
  for (const stranger of [undefined, `${token}x`]) {
    const refused = await run(stranger).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(ProblemError);
    expect(refused).toMatchObject({ code: 'UNAUTHENTICATED' });
  }
  expect(await run(token)).toMatchObject({ value: 'done', replayed: false });
  expect(await run(() => Promise.resolve(token))).toMatchObject({ value: 'done', replayed: true });
  const operator = new IdempotencyClient({ baseUrl: url, token });
  await expect(operator.delete(record)).rejects.toMatchObject({ code: 'FORBIDDEN' });
});
