import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { namedTests, rowsWithoutTest } from './named-tests.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const security = readFileSync(join(root, 'docs/security.md'), 'utf8');

/** A test file of that name, or a folder with one; as the document says, from the service's tests or from the root. */
function exists(path: string): boolean {
  const name = path.replace(/\/$/u, '');
  const patterns = ['apps/idempotency-api/test', '.'].flatMap((folder) => [
    ...(path.endsWith('/') ? [] : [`${folder}/${name}.{test,smoke}.ts`]),
    `${folder}/${name}/**/*.test.ts`,
    // The model is checked by a program of its own.
    `${folder}/${name}/*.pml`,
  ]);
  return globSync(patterns, { cwd: root, exclude: ['**/node_modules/**'] }).length > 0;
}

describe('docs/security.md', () => {
  it.each([...new Set(namedTests(security))])('names a test that is there: %s', (path) => {
    expect(exists(path)).toBe(true);
  });

  it('shows every threat to be met by a test', () => {
    expect(namedTests(security).length).toBeGreaterThan(40);
    expect(rowsWithoutTest(security)).toEqual([]);
  });
});

describe('a named test', () => {
  it('is missed where nothing is, or a folder holds no test', () => {
    expect(exists('http/no-such-test')).toBe(false);
    expect(exists('http/claim-token')).toBe(false);
    expect(exists('support/')).toBe(false);
    expect(exists('docs/adr')).toBe(false);
  });

  it('is code with a slash in the last column, and nothing else', () => {
    const table =
      '| threat | answer | shown by |\n| --- | --- | --- |\n| `a/b` | `c/d` | `e/f`, the step `g`, `h/` |';
    expect(namedTests(`${table}\n\`i/j\``)).toEqual(['e/f', 'h/']);
    expect(rowsWithoutTest(`${table}\n| forgotten | by | nobody |`)).toContain('forgotten');
  });
});
