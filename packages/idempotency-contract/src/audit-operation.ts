import { examples } from './examples.js';
import type { Operation } from './operation.js';

/** For operators: it shows the keys of a whole tenant and the reasons given. */
export const listAudit = {
  id: 'listAudit',
  method: 'GET',
  path: '/v1/audit',
  tag: 'Operators',
  scopes: ['operate'],
  summary: 'Who released, resolved or deleted what',
  description:
    'Newest first; append-only. A page looks at a bounded number of entries, so it can be short or empty while `nextCursor` is set: go on until it is null.',
  query: 'ListAuditQuery',
  responses: {
    200: { description: 'A page.', schema: 'AuditPage', examples: { page: examples.auditPage } },
  },
  problems: [],
  store: true,
} as const satisfies Operation;
