import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTour } from '../../../../scripts/docs/tour.js';
import { useWorld } from '../support/world.js';
import { runPostmanItem, type PostmanItem } from './postman-runner.js';
import { readme } from './readme.js';

interface Collection {
  readonly variable: readonly { readonly key: string; readonly value: string }[];
  readonly item: readonly { readonly name: string; readonly item: readonly PostmanItem[] }[];
}

const file = '../../../../docs/postman/idempotency-api.postman_collection.json';
const collection = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8')) as Collection;

describe('the Postman collection', () => {
  const world = useWorld();
  const [tour] = collection.item;

  it('begins with the tour of the README, step by step', () => {
    expect(collection.item.map((folder) => folder.name)).toEqual(['Tour', 'Reference']);
    const steps = readTour(readme).steps.map((step, index) => `${index + 1}. ${step.name}`);
    expect(tour!.item.map((item) => item.name)).toEqual(steps);
  });

  it('runs its tour from top to bottom, twice, with every test of its own passing', async () => {
    for (let run = 1; run <= 2; run++) {
      const variables = new Map(collection.variable.map(({ key, value }) => [key, value]));
      variables.set('baseUrl', world.api.url);
      for (const item of tour!.item) {
        const passed = await runPostmanItem(item, variables);
        expect(passed.length, item.name).toBeGreaterThan(0);
      }
    }
  });
});
