import { describe } from 'vitest';
import type { Adapter } from './adapter.js';
import { answerTests } from './groups/answers.js';
import { duplicateTests } from './groups/duplicates.js';
import { keyHeaderTests } from './groups/key-header.js';
import { meaningTests } from './groups/meanings.js';
import { serviceAwayTests } from './groups/service-away.js';
import { shadowTests } from './groups/shadow.js';
import { tenantTests } from './groups/tenants.js';
import { underFaultsTests } from './groups/under-faults.js';
import { setUpWorld } from './world.js';

/** What every adapter must do, over real HTTP against the real service. */
export function conformanceSuite(name: string, adapter: Adapter): void {
  describe(name, () => {
    const world = setUpWorld(adapter);
    keyHeaderTests(world);
    answerTests(world);
    meaningTests(world);
    duplicateTests(world);
    underFaultsTests(world);
    serviceAwayTests(world);
    tenantTests(world);
    shadowTests(world);
  });
}
