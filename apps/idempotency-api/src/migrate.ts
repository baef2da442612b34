import { readConfig } from './config/config.js';
import { migrate } from './infrastructure/database/migrations.js';
import { explain } from './startup-failure.js';

try {
  const applied = await migrate(readConfig(process.env).DATABASE_URL);
  console.log(applied.length > 0 ? `applied ${applied.join(', ')}` : 'the schema is up to date');
} catch (error) {
  console.error(`idempotency-api migrate: ${explain(error)}`);
  process.exitCode = 1;
}
