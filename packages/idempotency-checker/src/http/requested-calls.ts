import {
  limits,
  type ClaimRequest,
  type CompleteRequest,
  type CompletionItem,
  type ReleaseRequest,
  type RenewRequest,
  type ResolveRequest,
  type CheckpointRequest,
} from '@infra-services/idempotency-contract';
import { canonical } from '../canonical.js';
import type { Operation } from '../history/call.js';

/** One call of the history that a request on the wire makes. */
export interface RequestedCall {
  readonly namespace: string;
  readonly key: string;
  readonly operation: Operation;
}

/** The contract's, where a call names none. */
const DEFAULT_NAMESPACE = 'default';

const RECORD_PATH = /\/v1\/records\/([^/]+)\/([^/]+)(?:\/([a-z]+))?$/u;

/** What a request asks for: one call, those of a batch in their order, or none that a history knows. */
export function requestedCalls(method: string, url: URL, body: unknown): RequestedCall[] {
  const { pathname } = url;
  if (method === 'POST' && pathname.endsWith('/v1/claims')) return [claimed(body as ClaimRequest)];
  if (method === 'POST' && pathname.endsWith('/v1/claims/batch'))
    return (body as { claims: ClaimRequest[] }).claims.map(claimed);
  if (method === 'POST' && pathname.endsWith('/v1/completions/batch'))
    return (body as { completions: CompletionItem[] }).completions.map((item) => ({
      namespace: item.namespace ?? DEFAULT_NAMESPACE,
      key: item.key,
      operation: completed(item),
    }));

  const [, namespace, key, verb] = RECORD_PATH.exec(pathname) ?? [];
  if (namespace === undefined || key === undefined) return [];
  const operation = recordOperation(method, verb, url, body);
  if (operation === undefined) return [];
  return [{ namespace: decodeURIComponent(namespace), key: decodeURIComponent(key), operation }];
}

function claimed(request: ClaimRequest): RequestedCall {
  const fingerprint =
    request.request === undefined ? (request.fingerprint ?? null) : `request ${canonical(request.request)}`;
  return {
    namespace: request.namespace ?? DEFAULT_NAMESPACE,
    key: request.key,
    operation: {
      op: 'claim',
      claimToken: request.claimToken ?? '',
      fingerprint,
      leaseMs: request.leaseMs ?? limits.leaseDefaultMs,
      retentionMs: request.retentionMs ?? limits.retentionDefaultMs,
      onLeaseExpiry: request.onLeaseExpiry ?? 'block',
    },
  };
}

function completed({ claimToken, outcome, retentionMs }: CompleteRequest): Operation {
  return { op: 'complete', claimToken, outcome, retentionMs: retentionMs ?? null };
}

function recordOperation(
  method: string,
  verb: string | undefined,
  url: URL,
  body: unknown,
): Operation | undefined {
  if (method === 'GET' && verb === undefined) return { op: 'get' };
  if (method === 'DELETE' && verb === undefined)
    return { op: 'delete', force: url.searchParams.get('force') === 'true' };
  if (method !== 'POST') return undefined;
  switch (verb) {
    case 'complete':
      return completed(body as CompleteRequest);
    case 'renew': {
      const { claimToken, leaseMs } = body as RenewRequest;
      return { op: 'renew', claimToken, leaseMs: leaseMs ?? null };
    }
    case 'checkpoint': {
      const { claimToken, name, data } = body as CheckpointRequest;
      return { op: 'checkpoint', claimToken, name, data: data ?? null };
    }
    case 'release': {
      const { claimToken, effect } = body as ReleaseRequest;
      return { op: 'release', claimToken, effect };
    }
    case 'resolve': {
      const { resolution, outcome } = body as ResolveRequest;
      return { op: 'resolve', resolution, outcome: outcome ?? null };
    }
    case undefined:
    default:
      return undefined;
  }
}
