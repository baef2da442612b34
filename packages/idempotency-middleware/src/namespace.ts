import { createHash } from 'node:crypto';
import { limits } from '@infra-services/idempotency-contract';

/**
 * The namespace of a route, readable and different for different routes: `POST /orders/:id/pay` is
 * `POST.orders.:id.pay`. `/` becomes `.`; what namespaces do not allow, and `.` and `_` themselves, become `_` and
 * two hexadecimal digits a byte. What is too long ends in a digest.
 */
export function routeNamespace(application: string | undefined, method: string, route: string): string {
  const prefix = application === undefined ? '' : `${application}.`;
  return fitted(`${prefix}${escaped(method)}${escaped(route.startsWith('/') ? route : `/${route}`)}`);
}

/** Records of shadow mode lie apart: they hold no bodies, and must not be met once the route is enforced. */
export function shadowNamespace(namespace: string): string {
  return fitted(`shadow:${namespace}`);
}

function escaped(text: string): string {
  return [...Buffer.from(text)].map((byte) => escapedByte(String.fromCharCode(byte))).join('');
}

function escapedByte(character: string): string {
  if (character === '/') return '.';
  if (/[A-Za-z0-9:-]/.test(character)) return character;
  return `_${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}

function fitted(namespace: string): string {
  if (namespace.length <= limits.namespaceMaxLength) return namespace;
  const digest = createHash('sha256').update(namespace).digest('base64url').slice(0, DIGEST_LENGTH);
  return `${namespace.slice(0, limits.namespaceMaxLength - DIGEST_LENGTH - 1)}-${digest}`;
}

/** 132 bits: two routes do not meet by chance. */
const DIGEST_LENGTH = 22;
