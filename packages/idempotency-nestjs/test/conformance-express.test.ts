import { conformanceSuite } from '@infra-services/middleware-conformance';
import { nestAdapter } from './support/nest-adapter.js';

conformanceSuite('NestJS on express', nestAdapter('express'));
