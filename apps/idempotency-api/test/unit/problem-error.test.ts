import { expect, it } from 'vitest';
import { ProblemError } from '../../src/errors/problem.error.js';

it('a refusal takes down no stack, a failure does, and so does whatever comes after a refusal', () => {
  expect(new ProblemError('CLAIM_IN_PROGRESS').stack).not.toMatch(/^\s+at /m);
  expect(new ProblemError('INTERNAL_ERROR').stack).toMatch(/^\s+at /m);
  expect(new Error('after it').stack).toMatch(/^\s+at /m);
});
