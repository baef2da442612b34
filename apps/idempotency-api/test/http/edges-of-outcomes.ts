import { limits, type Outcome } from '@infra-services/idempotency-contract';
import { holdClaim } from '../support/arrange.js';
import { downTo, oneUpTo, text, upTo, type Edge } from './edges.js';

const complete =
  (outcome: (size: number) => Outcome): Edge['send'] =>
  async (api, size) => {
    const { key, claimToken } = await holdClaim(api);
    return api.complete(key, { claimToken, outcome: outcome(size) });
  };

const act =
  (action: string, member: (size: number) => object): Edge['send'] =>
  async (api, size) => {
    const { key, claimToken } = await holdClaim(api);
    return api.act(action, key, { claimToken, ...member(size) });
  };

/** Settles an outcome that its executor calls unknown. */
const resolve =
  (member: (size: number) => object): Edge['send'] =>
  async (api, size) => {
    const { key, claimToken } = await holdClaim(api);
    await api.act('release', key, { claimToken, effect: 'unknown' });
    return api.act('resolve', key, member(size));
  };

const headersOf = (count: number): Record<string, string> =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'v']));

const tooLongName = text(limits.outcomeHeaderNameMaxLength + 1);

/** The limits of what executors and operators say. */
export const edgesOfOutcomes: Edge[] = [
  {
    ...downTo('outcomeStatusMin'),
    field: 'the status of an outcome',
    pointer: '/outcome/status',
    send: complete((status) => ({ status })),
  },
  {
    ...upTo('outcomeStatusMax'),
    field: 'the status of an outcome',
    pointer: '/outcome/status',
    send: complete((status) => ({ status })),
  },
  {
    ...upTo('outcomeStatusMax'),
    field: 'the status that an operator says',
    pointer: '/outcome/status',
    send: resolve((status) => ({ resolution: 'completed', outcome: { status } })),
  },
  {
    ...upTo('outcomeHeadersMax'),
    field: 'headers of an outcome',
    pointer: '/outcome/headers',
    send: complete((size) => ({ headers: headersOf(size) })),
  },
  {
    ...upTo('outcomeHeaderNameMaxLength'),
    field: 'the name of a header',
    pointer: `/outcome/headers/${tooLongName}`,
    send: complete((size) => ({ headers: { [text(size)]: 'v' } })),
  },
  {
    limit: 'outcomeHeaderNameMaxLength',
    allowed: [1],
    refused: [0],
    field: 'the empty name of a header',
    pointer: '/outcome/headers/',
    send: complete((size) => ({ headers: { [text(size)]: 'v' } })),
  },
  {
    ...upTo('outcomeHeaderValueMaxLength'),
    field: 'the value of a header',
    pointer: '/outcome/headers/x-long',
    send: complete((size) => ({ headers: { 'x-long': text(size) } })),
  },
  {
    ...oneUpTo('checkpointNameMaxLength'),
    field: 'the name of a checkpoint',
    pointer: '/name',
    send: act('checkpoint', (size) => ({ name: text(size) })),
  },
  {
    ...upTo('reasonMaxLength'),
    field: 'the reason of a release',
    pointer: '/reason',
    send: act('release', (size) => ({ effect: 'none', reason: text(size) })),
  },
  {
    ...upTo('reasonMaxLength'),
    field: 'the note of an operator',
    pointer: '/note',
    send: resolve((size) => ({ resolution: 'retry', note: text(size) })),
  },
];
