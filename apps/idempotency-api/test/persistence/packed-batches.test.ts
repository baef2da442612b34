import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesArray, plainArray, textArray } from '../../src/infrastructure/database/array-literal.js';
import { packed } from '../../src/infrastructure/database/packed-rows.js';
import { useWorld } from '../support/world.js';

/** Any text that PostgreSQL can hold: all but NUL and halves of characters. */
const text = fc.string({ unit: 'grapheme' }).filter((value) => !value.includes('\0'));

const echo = packed<readonly [name: string | null, count: number | null, bytes: string]>(
  'echo',
  'SELECT * FROM unnest($1::text[], $2::int[], $3::bytea[]) AS r (name, count, bytes)',
  ['w.name', 'w.count', `encode(w.bytes, 'hex')`],
);

describe('what a batch sends and what it answers', () => {
  const world = useWorld();

  it('carries every text, null and byte string there and back unchanged, in order', async () => {
    const row = fc.record({
      name: fc.option(fc.oneof(text, fc.constantFrom('', 'NULL', 'null', '"', '\\', '{}', ',', '\n', "'"))),
      count: fc.option(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })),
      bytes: fc.uint8Array(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row), async (sent) => {
        const answer = await world.database.pool.query(echo.sql, [
          textArray(sent.map(({ name }) => name)),
          plainArray(sent.map(({ count }) => count)),
          bytesArray(sent.map(({ bytes }) => bytes)),
        ]);
        expect(echo.unpack(answer.rows)).toEqual(
          sent.map(({ name, count, bytes }) => [name, count, Buffer.from(bytes).toString('hex')]),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('refuses an answer that is no packed one: of several rows, or of none, it would read but a part', () => {
    for (const answers of [[], [{ columns: [] }, { columns: [] }]]) {
      expect(() => echo.unpack(answers)).toThrow('exactly one row');
    }
    expect(() => echo.unpack([{ columns: [['name'], [1]] }])).toThrow('another number of values');
    for (const last of [null, [], ['00', '00']]) {
      expect(() => echo.unpack([{ columns: [['name'], [1], last] }])).toThrow('another number of rows');
    }
  });
});
