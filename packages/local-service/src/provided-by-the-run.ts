import type {} from 'vitest';

/** What the test run's global setup provides to every test file: `inject('postgresUrl')`. */
export interface ProvidedByTheRun {
  /** The run's PostgreSQL. */
  postgresUrl: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    postgresUrl: ProvidedByTheRun['postgresUrl'];
  }
}
