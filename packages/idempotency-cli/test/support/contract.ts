import { schemas, type SchemaName } from '@infra-services/idempotency-contract';
import { Ajv2020 } from 'ajv/dist/2020.js';

const ajv = new Ajv2020({ strictTypes: false, strictRequired: false, validateFormats: false });
ajv.addKeyword('components');
ajv.addSchema({ $id: 'contract', components: { schemas } }, 'contract', false, false);

/** What the contract's schema of this name says against a value; empty where it is one. */
export function violations(name: SchemaName, value: unknown): string[] {
  const validate = ajv.getSchema(`contract#/components/schemas/${name}`);
  if (!validate) return [`the contract has no schema ${name}`];
  if (validate(value)) return [];
  return (validate.errors ?? []).map((error) => `${name}${error.instancePath} ${error.message ?? ''}`);
}
