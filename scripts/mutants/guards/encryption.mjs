/**
 * What is sealed opens where it was sealed for, and nowhere else.
 * @type {import('../mutants.mjs').Mutant[]}
 */
export const encryption = [
  {
    guard: 'record that bytes are sealed for',
    file: 'idempotency/persistence/record-seal.ts',
    edits: [
      [
        'return `idempotency_record\\0${column}\\0${tenant}\\0${namespace}\\0${key}`;',
        'return `idempotency_record\\0${column}${(tenant + namespace + key).slice(0, 0)}`;',
      ],
    ],
    tests: ['encryption/unreadable.test.ts'],
  },
  {
    guard: 'column that bytes are sealed for',
    file: 'idempotency/persistence/record-seal.ts',
    edits: [
      [
        'return `idempotency_record\\0${column}\\0${tenant}',
        'return `idempotency_record\\0${column.slice(0, 0)}\\0${tenant}',
      ],
    ],
    tests: ['encryption/unreadable.test.ts'],
  },
  {
    guard: 'label of a sealed envelope',
    file: 'infrastructure/encryption/envelope.ts',
    edits: [
      [
        'return Buffer.concat([head, Buffer.from(context)]);',
        'return Buffer.concat([head.subarray(0, 0), Buffer.from(context)]);',
      ],
    ],
    tests: ['unit/encryption'],
  },
  {
    guard: 'unreadable outcome, which grants nothing',
    file: 'idempotency/domain/claim.ts',
    edits: [
      [
        "return replay ? answerFromReplay(replay, claim) : { kind: 'unreadable' };",
        "return replay ? answerFromReplay(replay, claim) : { kind: 'lost' };",
      ],
    ],
    tests: ['encryption/unreadable.test.ts'],
  },
  {
    guard: 'outcome that a rotation found, and no other',
    file: 'rotation/sql/reseal-records.ts',
    edits: [["    AND (c.outcome = '' OR sha256(r.outcome) = c.outcome_was)\n", '']],
    tests: ['rotation/rotation.test.ts'],
  },
  {
    guard: 'checkpoint that a rotation found, and no other',
    file: 'rotation/sql/reseal-records.ts',
    edits: [["    AND (c.checkpoint = '' OR sha256(r.checkpoint_data) = c.checkpoint_was)\n", '']],
    tests: ['rotation/rotation.test.ts'],
  },
  {
    guard: 'time for which a key must not have sealed before it is let go of',
    file: 'key-register/sql/retire-keys.ts',
    edits: [
      [
        "last_active_at < $2::timestamptz - interval '${MISSED * ANNOUNCE_INTERVAL_MS} milliseconds'",
        '$2::timestamptz IS NOT NULL',
      ],
    ],
    tests: ['encryption/key-register.test.ts'],
  },
  {
    guard: 'proof that a key is the one of its id',
    file: 'key-register/key-register.ts',
    edits: [['if (wrong.length > 0) {', 'if (wrong.length > 99) {']],
    tests: ['encryption/key-register.test.ts'],
  },
  {
    guard: 'clean pass before a key is let go of',
    file: 'rotation/key-rotation.ts',
    edits: [['if (isClean(pass)) {', 'if (pass.isOver) {']],
    tests: ['encryption/key-register.test.ts'],
  },
];
