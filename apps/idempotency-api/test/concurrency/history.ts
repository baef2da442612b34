import type { TestDatabase } from '../support/database.js';

/** One change of a record. The row's lock is held while it is noted: the order of notes is the order of changes. */
export interface Change {
  readonly key: string;
  readonly kind: 'INSERT' | 'UPDATE' | 'DELETE';
  readonly state: 'in_progress' | 'completed' | 'released';
  readonly claimToken: string | null;
  readonly fencingToken: number;
  readonly attempt: number;
  readonly relinquished: boolean;
  /** The body of the stored outcome, null without one. */
  readonly outcome: unknown;
  /** Microseconds, as PostgreSQL has them: within one millisecond a record can be over and its row written. */
  readonly updatedAt: number;
  readonly expiresAt: number | null;
}

const keep = `
CREATE TABLE history (position bigint GENERATED ALWAYS AS IDENTITY, kind text, record idempotency_record);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO history (kind, record) VALUES (TG_OP, CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END);
  RETURN NULL;
END $$;

CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON idempotency_record
  FOR EACH ROW EXECUTE FUNCTION note_change()`;

/** From now on the database notes every change of a record: what a test holds the answers against. */
export async function keepHistory(database: TestDatabase): Promise<void> {
  await database.pool.query(keep);
}

/** The changes of each key, in order. */
export async function readHistory(database: TestDatabase): Promise<Map<string, Change[]>> {
  const { rows } = await database.pool.query<Change>(`
    SELECT split_part((record).identity, ' ', 3) AS key, kind, (record).state, (record).claim_token AS "claimToken",
      (record).fencing_token::float8 AS "fencingToken", (record).attempt, (record).relinquished,
      (extract(epoch FROM (record).updated_at) * 1000000)::float8 AS "updatedAt",
      (extract(epoch FROM (record).expires_at) * 1000000)::float8 AS "expiresAt",
      convert_from((record).outcome, 'UTF8')::json -> 'body' AS outcome
    FROM history ORDER BY position`);
  return Map.groupBy(rows, (change) => change.key);
}

/** What is wrong with a record's history by the state machine; nothing, if all is well. */
export function breachesIn(changes: readonly Change[]): string[] {
  return changes.flatMap((change, index) => {
    const former = changes[index - 1];
    const before = former && isForgotten(former, change) ? undefined : former;
    const breach = tokenBreachOf(former, change) ?? breachOf(before, change);
    return breach === undefined ? [] : [`${breach}: ${JSON.stringify({ index, before, change })}`];
  });
}

/** Whether a completed record is only given less time, which is how its deletion begins. */
function retires(before: Change, change: Change): boolean {
  return (
    change.state === 'completed' &&
    change.fencingToken === before.fencingToken &&
    JSON.stringify(change.outcome) === JSON.stringify(before.outcome)
  );
}

/** Whether a record was deleted, or over by the time of its next change. */
function isForgotten(former: Change, change: Change): boolean {
  return former.kind === 'DELETE' || (former.expiresAt !== null && former.expiresAt <= change.updatedAt);
}

/** Whether a change forgets the record: it is left empty, and over since before. */
function forgets(change: Change): boolean {
  return change.kind === 'DELETE' || (change.expiresAt !== null && change.expiresAt < change.updatedAt);
}

/** Fencing tokens grow with every new claim, across deletions too. */
function tokenBreachOf(former: Change | undefined, change: Change): string | undefined {
  if (!former || change.fencingToken > former.fencingToken) return undefined;
  const isNewClaim = change.state === 'in_progress' && isForgotten(former, change);
  return isNewClaim || change.fencingToken < former.fencingToken
    ? 'a fencing token that did not grow'
    : undefined;
}

function breachOf(before: Change | undefined, change: Change): string | undefined {
  if (forgets(change)) return undefined;
  if (!before) {
    const isFirst = change.state === 'in_progress' && change.attempt === 1;
    return isFirst ? undefined : 'not a first claim';
  }
  if (before.state === 'completed') return retires(before, change) ? undefined : 'an outcome was replaced';
  const isSameClaim = change.fencingToken === before.fencingToken;
  if (change.state !== 'in_progress') {
    const byItsHolder = change.claimToken === before.claimToken || change.claimToken === null;
    return isSameClaim && byItsHolder && before.state === 'in_progress' ? undefined : 'closed by a stranger';
  }
  if (isSameClaim) {
    const unchanged = change.claimToken === before.claimToken && change.attempt === before.attempt;
    if (before.state === 'released') return 'a released claim came back';
    if (before.relinquished && !change.relinquished) return 'a claim that was let go of came back';
    return unchanged ? undefined : 'one fencing token for two claims';
  }
  if (change.claimToken === before.claimToken) return 'a claim that got a second fencing token';
  return change.attempt === before.attempt + 1 ? undefined : 'an attempt that was not counted';
}
