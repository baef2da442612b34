import type pg from 'pg';
import { DatabaseRefused } from './database-refused.js';

/** The line of the migration that is asked for, if there is such a table, and such a line in it. */
interface Compatibility {
  readonly migration: string;
  readonly builds_from: string;
}

/**
 * Throws `DatabaseRefused` if the schema is newer than this build knows. A newer migration is no obstacle if it says
 * so itself, in `schema_compatibility`: it works with builds that have a certain earlier one, and this is such a build.
 * So replicas of the former release may start, restart and be rolled back to while the next one's schema is there,
 * and one that would misread the schema may not. What says nothing is refused.
 */
export async function refuseNewerSchema(
  client: pg.Client,
  applied: Iterable<string>,
  known: ReadonlySet<string>,
): Promise<void> {
  const unknown = [...applied].filter((name) => !known.has(name)).sort();
  if (unknown.length === 0) return;
  const buildsFrom = new Map(
    (await readCompatibility(client)).map((line) => [line.migration, line.builds_from]),
  );
  const refused = unknown.find((name) => !known.has(buildsFrom.get(name) ?? name));
  if (refused === undefined) return;
  throw new DatabaseRefused(
    `the schema is newer than this build: it has migration ${refused}, with which this build does not work: start the version that brought it, or a later one`,
  );
}

async function readCompatibility(client: pg.Client): Promise<Compatibility[]> {
  const { rows } = await client.query<{ is_there: boolean }>(
    `SELECT to_regclass('schema_compatibility') IS NOT NULL AS is_there`,
  );
  if (!rows[0]?.is_there) return [];
  const lines = await client.query<Compatibility>('SELECT migration, builds_from FROM schema_compatibility');
  return lines.rows;
}
