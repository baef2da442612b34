import type { InvalidField } from '@infra-services/idempotency-contract';
import type { Caller } from '../../access/caller.js';
import { invalidRequest } from '../../errors/problem.error.js';
import type { Policies } from '../../policies/policies.js';
import { violations, type AskedTerms, type Terms } from '../../policies/terms.js';
import { DEFAULT_NAMESPACE } from './default-namespace.js';

interface Asking extends AskedTerms {
  readonly namespace?: string;
}

/** Whose records a call is about, and what holds there. */
export interface PlaceOfCall {
  readonly tenant: string;
  readonly terms: Terms;
}

/** A batch's answer lists so many fields at the most; see `describeErrors`. */
const MAX_ERRORS = 16;

/** What a caller may ask for in the namespaces that it names. */
export class TermsOfCalls {
  constructor(private readonly policies: Policies) {}

  /** The tenant and what holds for it. Throws FORBIDDEN. */
  of(caller: Caller, namespace = DEFAULT_NAMESPACE): PlaceOfCall {
    const tenant = caller.tenantIn(namespace);
    return { tenant, terms: this.policies.termsOf(tenant, namespace) };
  }

  /** The same of a call that may ask for more than it may have. Throws FORBIDDEN, INVALID_REQUEST. */
  check(caller: Caller, asking: Asking): PlaceOfCall {
    const place = this.of(caller, asking.namespace);
    const fields = violations(asking, place.terms);
    if (fields.length > 0) throw invalidRequest(fields);
    return place;
  }

  /**
   * The same of a batch, before anything is done. Items in namespaces where the caller may not be say nothing here: each
   * is answered FORBIDDEN by itself. Throws INVALID_REQUEST.
   */
  checkItems(caller: Caller, name: string, items: readonly Asking[]): void {
    const fields: InvalidField[] = [];
    for (const [index, item] of items.entries()) {
      const namespace = item.namespace ?? DEFAULT_NAMESPACE;
      const tenant = caller.tenantIfIn(namespace);
      if (tenant === null) continue;
      fields.push(...violations(item, this.policies.termsOf(tenant, namespace), `/${name}/${index}`));
      if (fields.length >= MAX_ERRORS) break;
    }
    if (fields.length > 0) throw invalidRequest(fields.slice(0, MAX_ERRORS));
  }
}
