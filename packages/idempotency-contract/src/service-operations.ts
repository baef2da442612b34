import { examples } from './examples.js';
import type { Operation } from './operation.js';

/** The part of the contract that is about the service itself, open to everybody: it names no tenant and no record. */
export const serviceOperations = {
  live: {
    id: 'live',
    method: 'GET',
    path: '/health/live',
    tag: 'Operation',
    scopes: [],
    summary: 'Is the process alive?',
    description: 'Asks nobody else. While shutting down it says `draining`: alive, and about to end.',
    responses: {
      200: { description: 'It is.', schema: 'HealthResponse', examples: { ok: { status: 'ok' } } },
    },
    problems: [],
    store: false,
  },
  ready: {
    id: 'ready',
    method: 'GET',
    path: '/health/ready',
    tag: 'Operation',
    scopes: [],
    summary: 'Can it answer claims?',
    description:
      'Asks the store. While shutting down it answers 503 with `OVERLOADED`, so that balancers move on.',
    responses: {
      200: { description: 'It can.', schema: 'HealthResponse', examples: { ok: { status: 'ok' } } },
    },
    problems: [],
    store: true,
  },
  metrics: {
    id: 'metrics',
    method: 'GET',
    path: '/metrics',
    tag: 'Operation',
    scopes: [],
    summary: 'Prometheus metrics',
    responses: {
      200: {
        description: 'Text exposition format.',
        mediaType: 'text/plain',
        examples: { metrics: examples.metrics },
      },
    },
    problems: [],
    store: false,
  },
  problemPage: {
    id: 'problemPage',
    method: 'GET',
    path: '/problems/{code}',
    tag: 'Operation',
    scopes: [],
    summary: 'What an error code means',
    description: 'The page that a problem’s `type` refers to.',
    params: 'ProblemPath',
    responses: {
      200: {
        description: 'Meaning, cause and what to do.',
        mediaType: 'text/markdown',
        examples: { page: examples.problemPage },
      },
    },
    problems: [],
    store: false,
  },
  openApi: {
    id: 'openApi',
    method: 'GET',
    path: '/openapi.json',
    tag: 'Operation',
    scopes: [],
    summary: 'This document',
    responses: {
      200: {
        description: 'OpenAPI 3.1.',
        mediaType: 'application/json',
        examples: { beginning: examples.openApi },
      },
    },
    problems: [],
    store: false,
  },
} as const satisfies Record<string, Operation>;
