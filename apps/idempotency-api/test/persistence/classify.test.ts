import { describe, expect, it } from 'vitest';
import { classify } from '../../src/infrastructure/database/classify.js';

describe('a failure of PostgreSQL, by its SQLSTATE', () => {
  it.each([
    ['40001', 'a serialization failure'],
    ['40P01', 'a deadlock'],
  ])('%s, %s, is contention: the same statement may be sent again', (sqlState) => {
    expect(classify(sqlState)).toBe('contention');
  });

  it('55P03, a lock that was not available in time, says that a stranger holds it', () => {
    expect(classify('55P03')).toBe('locked');
  });

  it.each<[string | null, string]>([
    [null, 'no server that could have answered'],
    ['08000', 'a connection exception'],
    ['08006', 'a connection failure'],
    ['08P01', 'a protocol violation'],
    ['28P01', 'a password that is refused'],
    ['3D000', 'a database that does not exist'],
    ['55000', 'a database that takes no connections'],
    ['53000', 'insufficient resources'],
    ['53100', 'a full disk'],
    ['53200', 'no memory'],
    ['53300', 'too many connections'],
    ['57014', 'a statement timeout'],
    ['57P01', 'an administrator who shuts down'],
    ['57P02', 'a crash'],
    ['57P03', 'a server that starts up'],
    ['57P05', 'a session that idled too long'],
    ['58000', 'a system error'],
    ['58030', 'an I/O error'],
    ['25006', 'a primary that has become a standby'],
    ['XX001', 'corrupted data'],
    ['XX002', 'a corrupted index'],
  ])('%s, %s, says that the database is away', (sqlState: string | null) => {
    expect(classify(sqlState)).toBe('unavailable');
  });

  it.each([
    ['22P02', 'a text that is no number'],
    ['22021', 'a character that is not in the encoding'],
    ['23505', 'a duplicate key'],
    ['23514', 'a violated check'],
    ['42601', 'a syntax error'],
    ['42P01', 'a table that does not exist'],
    ['40002', 'a violated constraint at the end of a transaction'],
    ['25P02', 'a transaction that has failed already'],
    ['XX000', 'an internal error'],
    ['', 'a code that is none'],
  ])('%s, %s, says that the statement is at fault', (sqlState) => {
    expect(classify(sqlState)).toBe('statement');
  });
});
