import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test } from 'vitest';
import { nodeOfMajor } from './node-of-major.ts';
import { pack } from './pack.ts';
import { publicPackages, type PublicPackage } from './public-packages.ts';

const run = promisify(execFile);

/** What somebody who installed the client would write: twenty callers of one operation, and each kind of answer. */
const PROGRAM = `
import { deriveKey, IdempotencyClient, NothingHappened, StoredFailure } from '@infra-services/idempotency-client';

const client = new IdempotencyClient({ baseUrl: process.env.IDEMPOTENCY_URL });
let charges = 0;
const charge = async (context) => {
  charges += 1;
  await context.checkpoint('charging', { charges });
  context.signal.throwIfAborted();
  return { chargeId: 'ch_' + charges };
};
const operation = { namespace: 'oldest-node', key: deriveKey('order', 1017), request: { amount: 1250 } };
const given = await Promise.all(Array.from({ length: 20 }, () => client.execute(operation, charge)));

const declined = { namespace: 'oldest-node', key: 'declined' };
const decline = () => { throw new StoredFailure({ status: 402 }); };
const failures = [];
for (const run of [decline, charge]) await client.execute(declined, run).catch((error) => failures.push(error));

const retreat = () => { throw new NothingHappened('not yet'); };
await client.execute({ key: 'retreat' }, retreat).catch(() => {});
const { state } = await client.get({ namespace: 'default', key: 'retreat' });

const ids = await client.firstSeen(['a', 'b', 'a'], { namespace: 'oldest-node' });
console.log(JSON.stringify({
  node: process.version,
  charges,
  values: [...new Set(given.map(({ value }) => value.chargeId))],
  replayed: given.filter(({ replayed }) => replayed).length,
  failures: failures.map((error) => [error instanceof StoredFailure, error.outcome.status, error.replayed]),
  state,
  ids: [...ids],
}));
`;

test(
  'the client as it is packed runs on the oldest Node that it says it supports',
  { timeout: 120_000 },
  async () => {
    const [contract, client] = ['contract', 'client'].map(named);
    const oldest = Number(/^>=(\d+)/u.exec(client?.manifest.engines?.node ?? '')?.[1]);
    const node = nodeOfMajor(oldest);
    const folder = await mkdtemp(join(tmpdir(), 'installed-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    for (const each of [contract, client]) await install(each!, folder);
    const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
    onTestFinished(() => service.stop());

    await writeFile(join(folder, 'program.mjs'), PROGRAM);
    const { stdout } = await run(node, ['program.mjs'], {
      cwd: folder,
      env: { IDEMPOTENCY_URL: service.url },
    });
    expect(JSON.parse(stdout)).toEqual({
      node: expect.stringMatching(new RegExp(`^v${oldest}\\.`, 'u')) as string,
      charges: 1,
      values: ['ch_1'],
      replayed: 19,
      failures: [
        [true, 402, false],
        [true, 402, true],
      ],
      state: 'released',
      ids: ['a', 'b'],
    });
  },
);

test('where there is no such Node, the message says which one is missing', () => {
  expect(() => nodeOfMajor(20, '')).toThrow(
    'this test needs a `node` of version 20 on the path, beside ours; there is none',
  );
});

function named(name: string): PublicPackage | undefined {
  return publicPackages().find((each) => each.name === `@infra-services/idempotency-${name}`);
}

/** Puts the tarball's content where npm would. */
async function install(each: PublicPackage, folder: string): Promise<void> {
  const tarballs = await mkdtemp(join(folder, 'tarball-'));
  const target = join(folder, 'node_modules', each.name);
  await mkdir(target, { recursive: true });
  await run('tar', ['-xzf', await pack(each, tarballs), '-C', target, '--strip-components=1']);
}
