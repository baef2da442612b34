import pg from 'pg';

/** How well a store keeps what it has acknowledged. */
export interface Durability {
  readonly store: 'none' | 'PostgreSQL' | 'Redis' | 'Restate';
  /** Settings of the store by its own names. */
  readonly settings: Readonly<Record<string, string>>;
  /**
   * Whether it has reached the disk by then; null where that is not compared: the no-op ceiling stores nothing, and
   * peers on Redis are read only.
   */
  readonly survivesPowerCut: boolean | null;
}

export const NOTHING_STORED: Durability = { store: 'none', settings: {}, survivesPowerCut: null };

/** Read in the side's own database: a setting may be changed for one database or role alone. */
export async function durabilityOf(databaseUrl: string): Promise<Durability> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<Record<string, string>>(
      `SELECT current_setting('fsync') AS fsync,
              current_setting('synchronous_commit') AS synchronous_commit,
              current_setting('full_page_writes') AS full_page_writes`,
    );
    const settings = rows[0] ?? {};
    const survivesPowerCut = settings.fsync === 'on' && settings.synchronous_commit !== 'off';
    return { store: 'PostgreSQL', settings, survivesPowerCut };
  } finally {
    await client.end();
  }
}

/** Runs of different durability are not comparable; the message is one line. */
class DurabilityDiffers extends Error {
  override readonly name = 'DurabilityDiffers';
}

/**
 * Throws `DurabilityDiffers` unless all PostgreSQL sides have the same settings and all stores that are compared keep
 * alike what they acknowledge.
 */
export function assertSameDurability(sides: ReadonlyMap<string, Durability>): void {
  const compared = [...sides].filter(([, { survivesPowerCut }]) => survivesPowerCut !== null);
  for (const [index, one] of compared.entries()) {
    const other = compared.slice(index + 1).find((another) => !comparable(one[1], another[1]));
    if (!other) continue;
    throw new DurabilityDiffers(
      `refused: ${one[0]} runs with ${describe(one[1])}, ${other[0]} with ${describe(other[1])}; only runs of one durability are compared`,
    );
  }
}

/** The settings in one line, e.g. `fsync=on synchronous_commit=on`. */
export function describe({ settings }: Durability): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name}=${value === '' ? "''" : value}`)
    .join(' ');
}

function comparable(one: Durability, other: Durability): boolean {
  if (one.survivesPowerCut !== other.survivesPowerCut) return false;
  return one.store !== other.store || describe(one) === describe(other);
}
