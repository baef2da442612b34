import { StoreFailure } from '../../errors/store-failure.js';
import { compareKeys, identityOf, type RecordKey, type StoredRecord } from '../domain/record.js';

/** How one kind of operation is settled. */
export interface Settlement<Item extends RecordKey, Verdict> {
  /**
   * Names a call beyond its record. Items of one record and one name are the same call said twice and share one
   * verdict; without it every item is a call of its own.
   */
  sameCall?(item: Item): string;
  /** Applies items (sorted by primary key, no key twice) in one statement; the verdicts of those that took effect. */
  apply(items: readonly Item[]): Promise<Map<string, Verdict>>;
  /** Reads the records that exist, by identity. */
  read(keys: readonly RecordKey[]): Promise<Map<string, StoredRecord>>;
  /** Why an item did not take effect, or `again` if by the record as it stands now it would. */
  explain(record: StoredRecord | undefined, item: Item): Verdict | 'again';
}

/**
 * Rounds beyond the number of items: each one is lost only to another replica that changed the same record
 * between our refusal and our look at it.
 */
const SPARE_ROUNDS = 8;

/**
 * Settles a batch in rounds of one write and one read. In a round the first unsettled item of each record is
 * applied; every other one is explained from the record as it then stands, so the second sees the first.
 * Whatever looks applicable goes round again, as only the statement that holds the row's lock may decide that.
 *
 * The read has to be a statement of its own: a row that made a write give way can be newer than that
 * statement's snapshot, and missing from it. Missing never means execute.
 *
 * Throws `StoreFailure`; then nothing is known of the unsettled items.
 */
export async function settleBatch<Item extends RecordKey, Verdict>(
  items: readonly Item[],
  settlement: Settlement<Item, Verdict>,
): Promise<Verdict[]> {
  const verdicts = new Array<Verdict | undefined>(items.length).fill(undefined);
  const spokenFor = firstSaid(items, settlement);
  let open = [...new Set(spokenFor)];

  for (let round = 0; open.length > 0; round++) {
    if (round > items.length + SPARE_ROUNDS) throw new StoreFailure('contention', null, undefined);

    const firsts = firstOfEachRecord(items, open);
    const applied = await settlement.apply(firsts.map((index) => items[index]!));
    for (const index of firsts) verdicts[index] = applied.get(identityOf(items[index]!));
    open = open.filter((index) => verdicts[index] === undefined);
    if (open.length === 0) break;

    const records = await settlement.read(firstOfEachRecord(items, open).map((index) => items[index]!));
    for (const index of open) {
      const item = items[index]!;
      const verdict = settlement.explain(records.get(identityOf(item)), item);
      if (verdict !== 'again') verdicts[index] = verdict;
    }
    open = open.filter((index) => verdicts[index] === undefined);
  }
  return spokenFor.map((index) => verdicts[index]!);
}

/** For each item the index of the item that says the same call first. */
function firstSaid<Item extends RecordKey, Verdict>(
  items: readonly Item[],
  settlement: Settlement<Item, Verdict>,
): number[] {
  const firsts = new Map<string, number>();
  return items.map((item, index) => {
    if (!settlement.sameCall) return index;
    const call = `${identityOf(item)}\0${settlement.sameCall(item)}`;
    const first = firsts.get(call);
    if (first !== undefined) return first;
    firsts.set(call, index);
    return index;
  });
}

/** The first open item of each record, in primary key order. */
function firstOfEachRecord(items: readonly RecordKey[], open: readonly number[]): number[] {
  const firsts = new Map<string, number>();
  for (const index of open) {
    const identity = identityOf(items[index]!);
    if (!firsts.has(identity)) firsts.set(identity, index);
  }
  return [...firsts.values()].sort((one, other) => compareKeys(items[one]!, items[other]!));
}
