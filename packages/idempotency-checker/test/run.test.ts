import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalService } from '@infra-services/local-service';
import { expect, inject, onTestFinished, test } from 'vitest';
import { runAndCheck } from '../src/index.js';

test('a service that runs is recorded and found to keep its promises', async () => {
  const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  onTestFinished(() => service.stop());
  const folder = await mkdtemp(join(tmpdir(), 'idem-check-'));
  onTestFinished(() => rm(folder, { recursive: true }));

  const report = await runAndCheck({
    url: service.url,
    seed: 1,
    operations: 1_000,
    callers: 40,
    out: join(folder, 'history.jsonl'),
  });

  expect(report.violations).toEqual([]);
  expect(report.undecided).toEqual([]);
  expect(report.executions).toBeGreaterThan(10);
}, 120_000);

test('a deployment that does not answer is a failed run, not a history that holds', async () => {
  const run = runAndCheck({
    url: 'http://127.0.0.1:9',
    seed: 1,
    operations: 10,
    callers: 1,
    out: '/dev/null',
  });
  await expect(run).rejects.toThrow('does not answer');
});
