import { startLocalPostgres } from '@infra-services/local-postgres';
import { run, type Service } from './run.js';
import { untilStopped } from './until-stopped.js';

/** Where `pnpm start` keeps its data, below the working directory. */
const DEFAULT_DATA_DIR = '.data';

await untilStopped(async () => {
  const service = process.env.DATABASE_URL ? await run(process.env) : await runWithLocalPostgres();
  console.log(greeting(service.url));
  return service;
});

/** Brings up a PostgreSQL of our own, and stops it after the service. */
async function runWithLocalPostgres(): Promise<Service> {
  const { DATA_DIR: given } = process.env;
  const dataDir = given === undefined || given === '' ? DEFAULT_DATA_DIR : given;
  const postgres = await startLocalPostgres({ dataDir });
  try {
    const service = await run({ ...process.env, DATABASE_URL: postgres.url });
    return {
      url: service.url,
      stop: async () => {
        await service.stop();
        await postgres.stop();
      },
    };
  } catch (error) {
    await postgres.stop();
    throw error;
  }
}

function greeting(url: string): string {
  return `
  The Idempotency API listens on ${url} (documents: ${url}/docs). Try it, twice:

  curl -sS ${url}/v1/claims -H 'Content-Type: application/json' -d '{"key":"order-1017"}'
`;
}
