import { schemas } from '@infra-services/idempotency-contract';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, expect, it, vi } from 'vitest';

let compiled: unknown[];

// As they are compiled when the service is loaded, so that none can be forgotten here.
beforeAll(async () => {
  vi.resetModules();
  const compile = vi.spyOn(Ajv2020.prototype, 'compile');
  await import('../../src/run.js');
  await import('../../src/app.factory.js');
  compiled = compile.mock.calls.map(([schema]) => schema);
  compile.mockRestore();
});

it('what the service validates by is JSON Schema 2020-12: its configuration, its files and the contract', () => {
  expect(compiled.map((schema) => Object.keys((schema as { properties?: object }).properties ?? {}))).toEqual(
    expect.arrayContaining([expect.arrayContaining(['DATABASE_URL']), ['tokens'], ['keys', 'active']]),
  );

  const ajv = new Ajv2020();
  const faults = [...compiled, ...Object.values(schemas)].flatMap((schema) =>
    ajv.validateSchema(schema as object) === true ? [] : [schema, ajv.errors],
  );
  expect(faults).toEqual([]);
});
