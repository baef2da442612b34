import { conformanceSuite } from '@infra-services/middleware-conformance';
import { nestAdapter } from './support/nest-adapter.js';
import { platforms } from './support/platforms.js';

for (const platform of platforms) conformanceSuite(`NestJS on ${platform}`, nestAdapter(platform));
