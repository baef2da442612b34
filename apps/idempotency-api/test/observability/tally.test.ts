import { Registry } from 'prom-client';
import { describe, expect, it } from 'vitest';
import { Tally } from '../../src/infrastructure/metrics/tally.js';

describe('a tally', () => {
  it('tells each count once, however often somebody scrapes, and its series from 0 on', async () => {
    const registry = new Registry();
    const tally = new Tally({ name: 'test_total', help: 'Of tests.', labelNames: ['kind'], registry });
    const often = tally.seriesOf({ kind: 'often' });
    tally.seriesOf({ kind: 'never' });
    const scraped = async (): Promise<string[]> =>
      (await registry.metrics()).split('\n').filter((line) => line.startsWith('test_total'));

    expect(await scraped()).toEqual(['test_total{kind="often"} 0', 'test_total{kind="never"} 0']);
    often.untold += 2;
    for (let scrape = 0; scrape < 2; scrape++)
      expect(await scraped()).toEqual(['test_total{kind="often"} 2', 'test_total{kind="never"} 0']);
    often.untold++;
    expect(await scraped()).toEqual(['test_total{kind="often"} 3', 'test_total{kind="never"} 0']);
  });
});
