import { limits } from '@infra-services/idempotency-contract';

type Limit = keyof typeof limits;
type Unit = 'characters' | 'milliseconds' | 'bytes' | 'items' | 'status' | 'levels' | 'members';

/** What each limit bounds, in its unit. Total, so that a new limit does not compile until it is told here. */
const bounds: Record<Limit, readonly [field: string, bound: 'at least' | 'at most' | 'default', unit: Unit]> =
  {
    keyMaxLength: ['`key`, and an id of `ids`', 'at most', 'characters'],
    namespaceMaxLength: ['`namespace`', 'at most', 'characters'],
    fingerprintMaxLength: ['`fingerprint`', 'at most', 'characters'],
    ownerMaxLength: ['`owner`', 'at most', 'characters'],
    leaseMinMs: ['`leaseMs`', 'at least', 'milliseconds'],
    leaseMaxMs: ['`leaseMs`', 'at most', 'milliseconds'],
    leaseDefaultMs: ['`leaseMs` (`LEASE_DEFAULT_MS`)', 'default', 'milliseconds'],
    retentionMinMs: ['`retentionMs`', 'at least', 'milliseconds'],
    retentionMaxMs: ['`retentionMs`', 'at most', 'milliseconds'],
    retentionDefaultMs: ['`retentionMs` (`RETENTION_DEFAULT_MS`)', 'default', 'milliseconds'],
    waitMaxMs: ['`waitMs`', 'at most', 'milliseconds'],
    claimBatchMax: ['`claims` of a batch', 'at most', 'items'],
    completionBatchMax: ['`completions` of a batch', 'at most', 'items'],
    deduplicationBatchMax: ['`ids`', 'at most', 'items'],
    outcomeStatusMin: ['`outcome.status`', 'at least', 'status'],
    outcomeStatusMax: ['`outcome.status`', 'at most', 'status'],
    outcomeHeadersMax: ['`outcome.headers`', 'at most', 'items'],
    outcomeHeaderNameMaxLength: ['the name of an outcome’s header', 'at most', 'characters'],
    outcomeHeaderValueMaxLength: ['the value of an outcome’s header', 'at most', 'characters'],
    outcomeMaxBytes: [
      '`outcome` as compact JSON in UTF-8 (default of `MAX_OUTCOME_BYTES`)',
      'at most',
      'bytes',
    ],
    checkpointMaxBytes: ['a checkpoint’s `data` as compact JSON in UTF-8', 'at most', 'bytes'],
    checkpointNameMaxLength: ['a checkpoint’s `name`', 'at most', 'characters'],
    reasonMaxLength: ['`reason` and `note`', 'at most', 'characters'],
    pageDefault: ['`limit` of a page', 'default', 'items'],
    pageMax: ['`limit` of a page', 'at most', 'items'],
    jsonMaxDepth: ['containers inside each other in a body', 'at most', 'levels'],
    jsonObjectMaxMembers: ['members of any object in a body', 'at most', 'members'],
  };

/** docs/limits.md: every bound of the contract. */
export function limitsPage(): string {
  const rows = (Object.keys(limits) as Limit[]).map((limit) => {
    const [field, bound, unit] = bounds[limit];
    return `| ${field} | ${bound} | ${amount(limits[limit], unit)} |`;
  });
  return `<!-- Generated from packages/idempotency-contract by \`pnpm docs:generate\`. -->

# Limits

What is outside is refused with [\`INVALID_REQUEST\`](errors/INVALID_REQUEST.md), which names the field; what is too large
in bytes with a 413 ([outcome](errors/OUTCOME_TOO_LARGE.md), [checkpoint](errors/CHECKPOINT_TOO_LARGE.md),
[body](errors/PAYLOAD_TOO_LARGE.md)). Limits of one deployment are in its [configuration](configuration.md).

| what | bound | |
|---|---|---|
${rows.join('\n')}
`;
}

const DURATIONS = [
  [86_400_000, 'd'],
  [3_600_000, 'h'],
  [1_000, 's'],
] as const;

function amount(value: number, unit: Unit): string {
  if (unit === 'status') return String(value);
  if (unit === 'bytes') return `${value.toLocaleString('en')} bytes`;
  if (unit !== 'milliseconds') return `${value.toLocaleString('en')} ${unit}`;
  const [size, name] = DURATIONS.find(([duration]) => value >= duration && value % duration === 0) ?? [
    1,
    'ms',
  ];
  return name === 'ms' ? `${value} ms` : `${value / size} ${name}`;
}
