import { createRequire } from 'node:module';

const manifest = createRequire(import.meta.url)('../package.json') as { version: string };

/** The service's version, as its package says. */
export const VERSION = manifest.version;
