import type { Scope } from '@infra-services/idempotency-contract';
import { ProblemError } from '../errors/problem.error.js';
import { matchesNamespace } from './namespace-pattern.js';

export interface CallerOptions {
  readonly tenant: string;
  /** Patterns of the namespaces that it may use. */
  readonly namespaces: readonly string[];
  readonly scopes: readonly Scope[];
  /** Who it is in the audit trail. */
  readonly actor: string;
}

/**
 * Who calls, as the credential says. Its tenant is handed out for a namespace only, so that no operation can forget to
 * ask whether the caller may be there. The answers do not depend on what records exist.
 */
export class Caller {
  constructor(private readonly options: CallerOptions) {}

  /** For the audit trail. */
  get actor(): string {
    return this.options.actor;
  }

  /** Whose limits count its calls. Says nothing of what it may see: see `tenantIn`. */
  get payer(): string {
    return this.options.tenant;
  }

  /** Whether it has one of the scopes. */
  mayUse(scopes: readonly Scope[]): boolean {
    return scopes.some((scope) => this.options.scopes.includes(scope));
  }

  /** The tenant, for a call about records of this namespace. Throws FORBIDDEN. */
  tenantIn(namespace: string): string {
    const tenant = this.tenantIfIn(namespace);
    if (tenant === null) throw new ProblemError('FORBIDDEN', 'The token may not be used in this namespace.');
    return tenant;
  }

  /** As `tenantIn`; null where that throws. */
  tenantIfIn(namespace: string): string | null {
    const mayBeThere = this.options.namespaces.some((pattern) => matchesNamespace(pattern, namespace));
    return mayBeThere ? this.options.tenant : null;
  }

  /** The tenant, for a call about one namespace or, where none is named, about all of them. Throws FORBIDDEN. */
  tenantAcross(namespace: string | undefined): string {
    if (namespace !== undefined) return this.tenantIn(namespace);
    if (this.options.namespaces.includes('*')) return this.options.tenant;
    throw new ProblemError(
      'FORBIDDEN',
      'The token may be used in some namespaces only: name one of them as `namespace`.',
    );
  }
}
