import { readFileSync } from 'node:fs';

/** The repository's README. */
export const readme = readFileSync(new URL('../../../../README.md', import.meta.url), 'utf8');
