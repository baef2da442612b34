import { Ajv2020, type Options } from 'ajv/dist/2020.js';

/**
 * A compiler (JSON Schema 2020-12) of schemas that this service is made with. That they are schemas is asked by a test
 * (`own-schemas.test.ts`) and not at every start: for that, each compiler first compiles the eight schemas of schemas,
 * which takes 45 ms of CPU.
 */
export function schemaCompiler(options: Options): Ajv2020 {
  return new Ajv2020({ ...options, meta: false, validateSchema: false });
}
