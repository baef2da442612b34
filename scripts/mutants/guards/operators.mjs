import { SQL } from './statements.mjs';

/**
 * What operators may settle, forget and see.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const operators = [
  {
    guard: 'lease check on resolution',
    file: `${SQL}/resolve-record.ts`,
    edits: [['    AND r.lease_expires_at <= t.at\n', '']],
    tests: ['http/resolutions.test.ts'],
  },
  {
    guard: 'policy check on resolution',
    file: `${SQL}/resolve-record.ts`,
    edits: [["    AND r.on_lease_expiry = 'block'\n", '']],
    tests: ['http/resolutions.test.ts'],
  },
  {
    guard: 'force check on deletion',
    file: `${SQL}/erase-record.ts`,
    edits: [["(r.state = 'in_progress' AND $4)", "(r.state = 'in_progress' AND $4 IS NOT NULL)"]],
    tests: ['http/deletions.test.ts'],
  },
  {
    guard: 'fencing token check on the second half of a deletion',
    file: `${SQL}/erase-announced.ts`,
    edits: [['    AND r.fencing_token = $4::bigint\n', '    AND $4::bigint IS NOT NULL\n']],
    tests: ['persistence/erase-announced.test.ts'],
  },
  {
    guard: 'announcement check on the second half of a deletion',
    file: `${SQL}/erase-announced.ts`,
    edits: [[' AND r.deletion_announced_at IS NOT NULL', '']],
    tests: ['persistence/erase-announced.test.ts'],
  },
  {
    guard: 'time for which an emptied row is over for statements on their way',
    file: 'idempotency/persistence/emptied.ts',
    edits: [["const OVER_SINCE = `interval '1 minute'`", "const OVER_SINCE = `interval '0'`"]],
    tests: ['isolation/interleavings.test.ts'],
  },
  {
    guard: 'tenant whose records are listed',
    file: `${SQL}/list-records.ts`,
    edits: [
      [
        'after ? identityOf({ tenant, ...after }) : begin,\n    end,',
        "after ? identityOf({ tenant, ...after }) : begin,\n    end.replace(/^.*$/su, '~'),",
      ],
    ],
    tests: ['access/tenants.test.ts'],
  },
  {
    guard: 'retention of what is listed',
    file: `${SQL}/list-records.ts`,
    edits: [['(r.expires_at IS NULL OR r.expires_at > now())', '(true)']],
    tests: ['http/records-list.test.ts'],
  },
  {
    guard: 'namespace that a cursor is for',
    file: 'idempotency/http/cursor.ts',
    edits: [
      [
        'const fits = listed === undefined || listed === namespace;',
        'const fits = listed === undefined || listed.length > 0;',
      ],
    ],
    tests: ['http/records-list.test.ts'],
  },
  {
    guard: 'tenant whose audit entries are listed',
    file: 'audit/persistence/sql/list-audit-entries.ts',
    edits: [
      ["walk('list_audit_entries', 'tenant = $1')", "walk('list_audit_entries', '$1::text IS NOT NULL')"],
    ],
    tests: ['access/tenants.test.ts'],
  },
  {
    guard: 'tenant whose audit entries of a record are listed',
    file: 'audit/persistence/sql/list-audit-entries.ts',
    edits: [
      [
        "'tenant = $1 AND namespace = $2 AND key = $3'",
        "'$1::text IS NOT NULL AND namespace = $2 AND key = $3'",
      ],
    ],
    tests: ['http/audit-log.test.ts'],
  },
];
