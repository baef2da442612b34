export { startLocalService, type LocalService, type LocalServiceOptions } from './local-service.js';
export type { ProvidedByTheRun } from './provided-by-the-run.js';
