import { accessFields, limits, type OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { matchesNamespace } from '../access/namespace-pattern.js';
import { jsonFile, refusal } from '../infrastructure/files/json-file.js';

/** Durations of one kind, in milliseconds. */
interface Bounds {
  readonly defaultMs?: number;
  readonly maxMs?: number;
}

/** What holds in the namespaces of the tenants that it names. */
export interface Policy {
  /** A tenant; `*`: all. */
  readonly tenant: string;
  /** A pattern as in a token's list. */
  readonly namespace: string;
  readonly lease?: Bounds;
  readonly retention?: Bounds;
  readonly onLeaseExpiry?: { readonly default?: OnLeaseExpiry; readonly allowed?: readonly OnLeaseExpiry[] };
}

/** How much one tenant may do and keep. What is absent is not limited. */
export interface TenantLimit {
  /** A tenant; `*`: all. */
  readonly tenant: string;
  /** Calls a second, on each replica. */
  readonly requestsPerSecond?: number;
  /** Calls at once after a pause; absent: those of one second. */
  readonly burst?: number;
  readonly openClaims?: number;
  readonly storedBytes?: number;
}

/** The content of a policies file. Of several entries that fit, the first counts, by itself. */
export interface PolicyFile {
  readonly policies: readonly Policy[];
  readonly limits: readonly TenantLimit[];
}

const anyTenant = { ...accessFields.tenant, pattern: `${accessFields.tenant.pattern}|^[*]$` };
const onLeaseExpiry = { type: 'string', enum: ['block', 'takeover'] };
const count = { type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER };

const readFile = jsonFile(
  closed({
    policies: {
      type: 'array',
      items: closed(
        {
          tenant: anyTenant,
          namespace: accessFields.namespacePattern,
          lease: bounds(limits.leaseMinMs, limits.leaseMaxMs),
          retention: bounds(limits.retentionMinMs, limits.retentionMaxMs),
          onLeaseExpiry: closed({
            default: onLeaseExpiry,
            allowed: { type: 'array', minItems: 1, uniqueItems: true, items: onLeaseExpiry },
          }),
        },
        ['tenant', 'namespace'],
      ),
    },
    limits: {
      type: 'array',
      items: closed(
        {
          tenant: anyTenant,
          requestsPerSecond: { type: 'number', exclusiveMinimum: 0, maximum: 1_000_000 },
          burst: { type: 'integer', minimum: 1, maximum: 1_000_000 },
          openClaims: count,
          storedBytes: count,
        },
        ['tenant'],
      ),
    },
  }),
);

/** No file: no policy and no limit. */
export const noPolicies: PolicyFile = { policies: [], limits: [] };

/** Reads a policies file. Throws `FileRefused`, also for an entry that contradicts itself. */
export function parsePolicies(bytes: Buffer): PolicyFile {
  const file = { ...noPolicies, ...(readFile(bytes) as Partial<PolicyFile>) };
  const faults = [...file.policies.flatMap(contradictions), ...file.limits.flatMap(withoutRate)];
  if (faults.length > 0) throw refusal(faults);
  return file;
}

/** The policy of a namespace, if there is one. */
export function policyOf(file: PolicyFile, tenant: string, namespace: string): Policy | undefined {
  return file.policies.find(
    (policy) => isFor(policy, tenant) && matchesNamespace(policy.namespace, namespace),
  );
}

/** The limits of a tenant, if there are any. */
export function limitOf(file: PolicyFile, tenant: string): TenantLimit | undefined {
  return file.limits.find((limit) => isFor(limit, tenant));
}

function isFor(entry: { readonly tenant: string }, tenant: string): boolean {
  return entry.tenant === '*' || entry.tenant === tenant;
}

function contradictions({ lease, retention, onLeaseExpiry: expiry }: Policy, index: number): string[] {
  const faults: string[] = [];
  for (const [name, { defaultMs, maxMs } = {}] of Object.entries({ lease, retention })) {
    if (defaultMs !== undefined && maxMs !== undefined && defaultMs > maxMs) {
      faults.push(`policies/${index}/${name}/defaultMs must not be above maxMs`);
    }
  }
  if (expiry?.default && expiry.allowed && !expiry.allowed.includes(expiry.default)) {
    faults.push(`policies/${index}/onLeaseExpiry/default must be one of those allowed`);
  }
  return faults;
}

function withoutRate({ burst, requestsPerSecond }: TenantLimit, index: number): string[] {
  return burst !== undefined && requestsPerSecond === undefined
    ? [`limits/${index}/burst means nothing without requestsPerSecond`]
    : [];
}

function closed(properties: object, required: readonly string[] = []): object {
  return { type: 'object', additionalProperties: false, properties, required };
}

function bounds(minimum: number, maximum: number): object {
  const duration = { type: 'integer', minimum, maximum };
  return closed({ defaultMs: duration, maxMs: duration });
}
