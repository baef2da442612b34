import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Distributions } from '../../src/infrastructure/metrics/distributions.js';

describe('distributions', () => {
  const distributions = () => {
    const registry = new Registry();
    const options = {
      name: 'test_seconds',
      help: 'Of tests.',
      labelNames: ['kind'] as const,
      buckets: [0.1, 1],
    };
    return { registry, seconds: new Distributions({ ...options, registry }) };
  };

  it('are exposed as a histogram: what is at most a bound lies below it, and each bucket has those before it', async () => {
    const { registry, seconds } = distributions();
    const often = seconds.seriesOf({ kind: 'often' });
    seconds.seriesOf({ kind: 'never' });
    for (const value of [0.05, 0.1, 0.5, 1, 2]) often.observe(value);
    expect((await registry.metrics()).trimEnd().split('\n')).toEqual([
      '# HELP test_seconds Of tests.',
      '# TYPE test_seconds histogram',
      'test_seconds_bucket{le="0.1",kind="often"} 2',
      'test_seconds_bucket{le="1",kind="often"} 4',
      'test_seconds_bucket{le="+Inf",kind="often"} 5',
      'test_seconds_sum{kind="often"} 3.65',
      'test_seconds_count{kind="often"} 5',
      'test_seconds_bucket{le="0.1",kind="never"} 0',
      'test_seconds_bucket{le="1",kind="never"} 0',
      'test_seconds_bucket{le="+Inf",kind="never"} 0',
      'test_seconds_sum{kind="never"} 0',
      'test_seconds_count{kind="never"} 0',
    ]);
  });

  it('are told again by each scrape, and as objects too', async () => {
    const { registry, seconds } = distributions();
    const series = seconds.seriesOf({ kind: 'a' });
    series.observe(0.5);
    const first = await registry.metrics();
    expect(await registry.metrics()).toBe(first);
    series.observe(0.5);
    const [metric] = await registry.getMetricsAsJSON();
    expect(metric?.values.map(({ value }) => value)).toEqual([0, 2, 2, 1, 2]);
  });
});
