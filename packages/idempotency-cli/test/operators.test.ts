import type { ExecuteDecision, RecordPage } from '@infra-services/idempotency-contract';
import { expect, test } from 'vitest';
import { violations } from './support/contract.js';
import { Idem } from './support/idem.js';
import { useWorld } from './support/world.js';

const world = useWorld();

test('a claim is granted, refused, completed and replayed, with an exit code and JSON of the contract each', async () => {
  const claimed = await world.idem.end('claim', 'order-1', '--request', '{"amount":1}', '--json');
  const decision = JSON.parse(claimed.stdout) as ExecuteDecision;
  expect(claimed.exitCode).toBe(0);
  expect(violations('ExecuteDecision', decision)).toEqual([]);

  const duplicate = await world.idem.end('claim', 'order-1', '--request', '{"amount":1}', '--json');
  expect(duplicate.exitCode).toBe(75);
  expect(JSON.parse(duplicate.stderr)).toMatchObject({ error: { problem: 'CLAIM_IN_PROGRESS' } });

  const outcome = '{"status":201,"body":{"charge":"ch_1"}}';
  const token = ['--claim-token', decision.claimToken];
  const record = await world.idem.json('complete', 'order-1', ...token, '--outcome', outcome);
  expect(violations('IdempotencyRecord', record)).toEqual([]);

  const replayed = await world.idem.end('claim', 'order-1', '--request', '{"amount":1}', '--json');
  expect(replayed.exitCode).toBe(80);
  expect(violations('ReplayDecision', JSON.parse(replayed.stdout))).toEqual([]);
});

test('a claim that is released can be claimed again', async () => {
  const { claimToken } = await world.idem.json<ExecuteDecision>('claim', 'let-go');
  const release = ['release', 'let-go', '--claim-token', claimToken, '--effect', 'none'];
  const released = await world.idem.json(...release);
  expect(violations('ReleaseResponse', released)).toEqual([]);
  expect(await world.idem.json('claim', 'let-go')).toMatchObject({ decision: 'execute', attempt: 2 });
});

test('a record is shown, one fact a line, and never its claim token', async () => {
  const { claimToken } = await world.idem.json<ExecuteDecision>('claim', 'shown', '-n', 'reports');
  const { stdout, exitCode } = await world.idem.end('get', 'shown', '-n', 'reports');
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^state +in_progress$/mu);
  expect(stdout).not.toContain(claimToken);
  expect(violations('IdempotencyRecord', await world.idem.json('get', 'shown', '-n', 'reports'))).toEqual([]);
});

test('what is not there is told apart from what cannot be done', async () => {
  expect(await world.idem.end('get', 'nowhere')).toMatchObject({ exitCode: 66, stdout: '' });
  expect(await world.idem.end('delete', 'nowhere')).toMatchObject({ exitCode: 66 });
  await world.idem.end('claim', 'open');
  expect(await world.idem.end('delete', 'open')).toMatchObject({ exitCode: 73 });
  expect(await world.idem.end('resolve', 'open', '--retry')).toMatchObject({ exitCode: 73 });
});

test('an open record is deleted by force, which has to be confirmed', async () => {
  await world.idem.end('claim', 'forced');
  expect(await world.idem.end('delete', 'forced', '--force')).toMatchObject({ exitCode: 64 });
  expect(await world.idem.end('get', 'forced')).toMatchObject({ exitCode: 0 });
  expect(await world.idem.end('delete', 'forced', '--force', '--yes')).toMatchObject({ exitCode: 0 });
  expect(await world.idem.end('get', 'forced')).toMatchObject({ exitCode: 66 });
});

test('records are listed page by page, and counted by state', async () => {
  for (const key of ['a', 'b', 'c']) await world.idem.end('run', '-n', 'counted', '-k', key, '--', 'true');
  await world.idem.end('claim', 'd', '-n', 'counted');

  const first = await world.idem.json<RecordPage>('list', '-n', 'counted', '--limit', '3');
  expect(violations('RecordPage', first)).toEqual([]);
  expect(first.records.map(({ key }) => key)).toEqual(['a', 'b', 'c']);
  const rest = await world.idem.json<RecordPage>('list', '-n', 'counted', '--cursor', first.nextCursor ?? '');
  expect(rest.records.map(({ key }) => key)).toEqual(['d']);
  const { stdout } = await world.idem.end('list', '-n', 'counted', '--state', 'in_progress');
  expect(stdout.trim().split('\n')).toHaveLength(2);

  const counts = { namespace: 'counted', in_progress: 1, outcome_unknown: 0, completed: 3, released: 0 };
  expect(await world.idem.json('stats', '-n', 'counted')).toEqual({ complete: true, namespaces: [counts] });
  const bounded = await world.idem.json('stats', '-n', 'counted', '--max-records', '2');
  expect(bounded).toMatchObject({ complete: false });
}, 40_000);

test.each([
  ['an unknown option', ['get', 'x', '--colour']],
  ['a missing argument', ['get']],
  ['an unknown command', ['fetch', 'x']],
  ['a duration without a unit', ['claim', 'x', '--lease', '30']],
  ['a lease beyond the contract', ['claim', 'x', '--lease', '100d']],
  ['a key that no path can hold', ['get', '..']],
  ['an outcome that is no JSON', ['resolve', 'x', '--completed', '--outcome', '{']],
  ['no answer to whether it happened', ['resolve', 'x']],
])('%s is refused in one line', async (_, words) => {
  const { exitCode, stderr } = await world.idem.end(...words);
  expect(exitCode).toBe(64);
  expect(stderr).toMatch(/^idem: [^\n]+\n$/u);
  const asJson = await world.idem.end(...words, '--json');
  expect(JSON.parse(asJson.stderr)).toMatchObject({ error: { exit: 'USAGE', exitCode: 64 } });
});

test('the API token is in no output, whatever goes wrong', async () => {
  const idem = new Idem(world.service.url, { IDEMPOTENCY_TOKEN: 'idem_secret' });
  const outputs = [
    await idem.end('get', 'nowhere', '--json'),
    await idem.end('get', '--help'),
    await idem.end('run', '-k', 'x', '--url', 'http://127.0.0.1:1', '--retry-for', '1ms', '--', 'true'),
  ];
  for (const { stdout, stderr } of outputs) expect(stdout + stderr).not.toContain('idem_secret');
});
