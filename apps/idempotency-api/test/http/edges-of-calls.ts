import { randomUUID } from 'node:crypto';
import type { ClaimRequest } from '@infra-services/idempotency-contract';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { downTo, oneUpTo, text, upTo, zeroUpTo, type Edge } from './edges.js';

const claim =
  (member: (size: number) => Partial<ClaimRequest>): Edge['send'] =>
  (api, size) =>
    api.claim({ key: newKey(), ...member(size) });

const deduplicate =
  (body: (size: number) => object): Edge['send'] =>
  (api, size) =>
    api.send('POST', '/v1/deduplications', { json: { ids: [newKey()], ...body(size) } });

const renew: Edge['send'] = async (api, leaseMs) => {
  const { key, claimToken } = await holdClaim(api);
  return api.act('renew', key, { claimToken, leaseMs });
};

const completeWithRetention: Edge['send'] = async (api, retentionMs) => {
  const { key, claimToken } = await holdClaim(api);
  return api.complete(key, { claimToken, outcome: {}, retentionMs });
};

const readCompleted: Edge['send'] = async (api, waitMs) => {
  const { key, claimToken } = await holdClaim(api);
  await api.complete(key, { claimToken, outcome: {} });
  return api.get(key, `?waitMs=${waitMs}`);
};

const list =
  (parameter: string, value: (size: number) => string | number): Edge['send'] =>
  (api: ApiClient, size) =>
    api.send('GET', `/v1/records?${parameter}=${value(size)}`);

const batch =
  (path: string, member: string, item: () => object): Edge['send'] =>
  (api, size) =>
    api.send('POST', path, { json: { [member]: Array.from({ length: size }, item) } });

const leaseMs = claim((size) => ({ leaseMs: size }));
const retentionMs = claim((size) => ({ retentionMs: size }));
const keptFor = deduplicate((size) => ({ retentionMs: size }));

/** The limits of claims, lists, batches and deduplications. */
export const edgesOfCalls: Edge[] = [
  {
    ...oneUpTo('keyMaxLength'),
    field: 'a key',
    pointer: '/key',
    send: claim((size) => ({ key: text(size) })),
  },
  {
    ...oneUpTo('namespaceMaxLength'),
    field: 'a namespace',
    pointer: '/namespace',
    send: claim((size) => ({ namespace: text(size) })),
  },
  {
    ...upTo('namespaceMaxLength'),
    field: 'the namespace of a list',
    pointer: '/namespace',
    send: list('namespace', text),
  },
  {
    ...oneUpTo('fingerprintMaxLength'),
    field: 'a fingerprint',
    pointer: '/fingerprint',
    send: claim((size) => ({ fingerprint: text(size) })),
  },
  {
    ...upTo('ownerMaxLength'),
    field: 'an owner',
    pointer: '/owner',
    send: claim((size) => ({ owner: text(size) })),
  },
  {
    ...upTo('ownerMaxLength'),
    field: 'an owner beyond ASCII, in characters',
    pointer: '/owner',
    send: claim((size) => ({ owner: '\u{1f980}'.repeat(size) })),
  },
  { ...downTo('leaseMinMs'), field: 'the lease of a claim', pointer: '/leaseMs', send: leaseMs },
  { ...upTo('leaseMaxMs'), field: 'the lease of a claim', pointer: '/leaseMs', send: leaseMs },
  { ...downTo('leaseMinMs'), field: 'the lease of a renewal', pointer: '/leaseMs', send: renew },
  { ...upTo('leaseMaxMs'), field: 'the lease of a renewal', pointer: '/leaseMs', send: renew },
  {
    ...downTo('retentionMinMs'),
    field: 'the retention of a claim',
    pointer: '/retentionMs',
    send: retentionMs,
  },
  {
    ...upTo('retentionMaxMs'),
    field: 'the retention of a claim',
    pointer: '/retentionMs',
    send: retentionMs,
  },
  {
    ...downTo('retentionMinMs'),
    field: 'the retention of a completion',
    pointer: '/retentionMs',
    send: completeWithRetention,
  },
  {
    ...upTo('retentionMaxMs'),
    field: 'the retention of a completion',
    pointer: '/retentionMs',
    send: completeWithRetention,
  },
  { ...downTo('retentionMinMs'), field: 'the retention of an id', pointer: '/retentionMs', send: keptFor },
  { ...upTo('retentionMaxMs'), field: 'the retention of an id', pointer: '/retentionMs', send: keptFor },
  {
    ...zeroUpTo('waitMaxMs'),
    field: 'the wait of a claim',
    pointer: '/waitMs',
    send: claim((size) => ({ waitMs: size })),
  },
  { ...zeroUpTo('waitMaxMs'), field: 'the wait of a reader', pointer: '/waitMs', send: readCompleted },
  {
    ...oneUpTo('claimBatchMax'),
    field: 'claims in a batch',
    pointer: '/claims',
    send: batch('/v1/claims/batch', 'claims', () => ({ key: newKey() })),
  },
  {
    ...oneUpTo('completionBatchMax'),
    field: 'completions in a batch',
    pointer: '/completions',
    send: batch('/v1/completions/batch', 'completions', () => ({
      key: newKey(),
      claimToken: randomUUID(),
      outcome: {},
    })),
  },
  {
    ...oneUpTo('deduplicationBatchMax'),
    field: 'ids in a call',
    pointer: '/ids',
    send: deduplicate((size) => ({ ids: Array.from({ length: size }, newKey) })),
  },
  {
    ...oneUpTo('keyMaxLength'),
    field: 'an id',
    pointer: '/ids/1',
    send: deduplicate((size) => ({ ids: ['a', text(size)] })),
  },
  { ...oneUpTo('pageMax'), field: 'records a page', pointer: '/limit', send: list('limit', (size) => size) },
];
