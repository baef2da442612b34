import { startLocalPostgres } from '@infra-services/local-postgres';
import { startLocalService } from '@infra-services/local-service';
import { createApp } from './app.js';
import { migrate } from './database/migrate.js';
import { demo, seed } from './database/seed.js';

// The whole world of the example in one process tree: a PostgreSQL, the Idempotency API beside it, and this API.
const { DATA_DIR = '.data', PORT = '3100' } = process.env;

const postgres = await startLocalPostgres({ dataDir: DATA_DIR });
await migrate(postgres.url);
await seed(postgres.url);
const idempotency = await startLocalService({ postgresUrl: postgres.url });
const app = await createApp({ databaseUrl: postgres.url, idempotencyUrl: idempotency.url });
await app.listen(Number(PORT), '127.0.0.1');

const url = await app.getUrl();
console.log(`
  The tasks API listens on ${url}, its Idempotency API on ${idempotency.url}. Try it, twice:

  curl -sSi ${url}/tasks -H 'X-User-Id: ${demo.ada.id}' -H 'X-Organization-Id: ${demo.acme.id}' \\
    -H 'Idempotency-Key: "first-task"' -H 'Content-Type: application/json' -d '{"title":"Read the README"}'
`);

let isStopping = false;
async function stop(): Promise<void> {
  if (isStopping) return;
  isStopping = true;
  await app.close();
  await idempotency.stop();
  await postgres.stop();
}
process.on('SIGINT', () => void stop());
process.on('SIGTERM', () => void stop());
