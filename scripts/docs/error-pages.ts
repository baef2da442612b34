import {
  operations,
  problemCodes,
  problems,
  problemsOf,
  type Operation,
  type ProblemCode,
  type ProblemDefinition,
} from '@infra-services/idempotency-contract';
import { exampleAnswer } from './example-answer.ts';

/** A page a code and their index, by path. */
export function errorPages(): Map<string, string> {
  const pages = problemCodes.map((code) => [`docs/errors/${code}.md`, page(code)] as const);
  return new Map([['docs/errors/README.md', index()], ...pages]);
}

const GENERATED = '<!-- Generated from packages/idempotency-contract by `pnpm docs:generate`. -->';

function index(): string {
  const rows = problemCodes.map((code) => {
    const { status, retryable, title }: ProblemDefinition = problems[code];
    return `| [\`${code}\`](${code}.md) | ${status} | ${retryable ? 'yes' : 'no'} | ${title} |`;
  });
  return `${GENERATED}

# Errors

Every error is \`application/problem+json\` (RFC 9457). Switch on \`code\`: codes are stable, texts are not. \`retryable\`
says whether the very same call may succeed later, unchanged; \`retryAfterMs\` and \`Retry-After\` say when.
No error lets anybody execute. In a batch each item answers what the single call would have answered.

| code | status | retryable | |
|---|---|---|---|
${rows.join('\n')}

A running service answers the same texts at \`/problems/<code>\`, which is where an error's \`type\` points.
`;
}

function page(code: ProblemCode): string {
  const { status, retryable, title, meaning, cause, action }: ProblemDefinition = problems[code];
  return `${GENERATED}

# ${code}

**${title}.** Status ${status}, ${retryable ? 'retryable' : 'not retryable'}.

## Meaning

${meaning}

## Cause

${cause}

## What to do

${action}

## Answered by

${answeredBy(code)}

## Example

\`\`\`json
${JSON.stringify(exampleAnswer(code), null, 2)}
\`\`\`

[All errors](README.md)
`;
}

/** Codes that no operation lists: they answer calls that are none. */
const outsideOperations: Partial<Record<ProblemCode, string>> = {
  ROUTE_NOT_FOUND: 'Any path that is not part of the API.',
  METHOD_NOT_ALLOWED: 'Any path of the API, asked with another method.',
};

function answeredBy(code: ProblemCode): string {
  const all = Object.values<Operation>(operations);
  const answering = all.filter((operation) => problemsOf(operation).includes(code));
  if (answering.length === 0) return outsideOperations[code] ?? '';
  if (answering.length === all.length) return 'Every call.';
  return answering.map(({ method, path }) => `- \`${method} ${path}\``).join('\n');
}
