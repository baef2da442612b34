export type {
  Adapter,
  Call,
  ConformanceApp,
  ConformanceRoute,
  Reply,
  RequestWithHeaders,
  RunningApp,
} from './adapter.js';
export { conformanceSuite } from './suite.js';
