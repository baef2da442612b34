import { expect } from 'vitest';

/** Asserts that none of the secrets is in any line, in whatever way a program may have written it down. */
export function expectNoneIn(lines: readonly string[], secrets: Readonly<Record<string, string>>): void {
  const leaks = Object.entries(secrets).flatMap(([name, secret]) =>
    lines
      .filter((line) => spellings(secret).some((spelling) => line.includes(spelling)))
      .map((line) => `${name}: ${line.slice(0, 500)}`),
  );
  expect(leaks).toEqual([]);
}

function spellings(secret: string): string[] {
  return [
    secret,
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, ''),
    Buffer.from(secret).toString('hex'),
    // What Node prints of a buffer.
    [...Buffer.from(secret)].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
    [...Buffer.from(secret)].join(','),
  ];
}
