import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take over twenty seconds, most of them by what an issue asks: ten thousand operations, twenty restarts. */
const LONG = [
  'examples/checkout/test/readme.test.ts',
  'idempotency-client/test/faults.test.ts',
  'test/faults/twenty-restarts.test.ts',
  'idempotency-cli/test/not-recorded.test.ts',
  'test/rotation/under-load.test.ts',
  'test/model/model.test.ts',
  'idempotency-fastify/test/conformance.test.ts',
  'idempotency-express/test/conformance.test.ts',
  'idempotency-nestjs/test/conformance-express.test.ts',
  'idempotency-nestjs/test/conformance-fastify.test.ts',
  'scripts/deploy/rolling-deploy.test.ts',
  'test/background/takeover.test.ts',
];

/**
 * Begins with the files that take longest. A clean clone knows no times, and vitest then goes by size: one that takes half a minute
 * and comes last has a core to itself, and the other one has nothing to do.
 */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const place = LONG.findIndex((ending) => moduleId.endsWith(`/${ending}`));
      return place === -1 ? LONG.length : place;
    };
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => rank(one) - rank(other));
  }
}
