import { globSync } from 'node:fs';
import { ESLint } from 'eslint';
import { describe, expect, it } from 'vitest';

const eslint = new ESLint();

// The text is linted as if it stood in these files: rules that know types need a file that a tsconfig includes.
const TEST = 'scripts/ci/lint.test.ts';
const SOURCE = 'packages/idempotency-contract/src/index.ts';
const SCRIPT = 'scripts/ci/verify.mjs';
const [DOMAIN = 'a file of the domain'] = globSync('apps/idempotency-api/src/*/domain/*.ts');

describe('the lint rules refuse', () => {
  it.each([
    ['any', SOURCE, 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['any in tests too', TEST, 'export const x: any = 1;', '@typescript-eslint/no-explicit-any'],
    ['a default export', SOURCE, 'export default 1;', 'no-restricted-exports'],
    [
      'a type imported as a value',
      TEST,
      "import { ESLint } from 'eslint';\nexport type Lint = ESLint;",
      '@typescript-eslint/consistent-type-imports',
    ],
    [
      'a promise that nobody awaits',
      TEST,
      'export function f(): void { Promise.resolve(1); }',
      '@typescript-eslint/no-floating-promises',
    ],
    [
      'a switch that forgets a kind',
      SOURCE,
      "export function f(x: 'a' | 'b'): void { switch (x) { case 'a': break; } }",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    [
      'a default case that would swallow a new kind',
      SOURCE,
      "export function f(x: 'a' | 'b'): void { switch (x) { case 'a': case 'b': break; default: break; } }",
      '@typescript-eslint/switch-exhaustiveness-check',
    ],
    [
      'an I before an interface',
      SOURCE,
      'export interface IRecord { a: 1 }',
      '@typescript-eslint/naming-convention',
    ],
    [
      'a non-null assertion',
      SOURCE,
      'export const f = (x?: 1) => x!;',
      '@typescript-eslint/no-non-null-assertion',
    ],
    ['printing', SOURCE, "console.log('x');", 'no-console'],
    ['==', SCRIPT, "if (process.argv[2] == '1') process.exit(1);", 'eqeqeq'],
    ['a long file', SCRIPT, 'performance.now();\n'.repeat(301), 'max-lines'],
    ['a debt without an issue', SCRIPT, '// TODO: later', 'infra-services/comments-give-reasons'],
    [
      'a rule switched off without a reason',
      SCRIPT,
      '// eslint-disable-next-line eqeqeq\nif (process.argv[2] == null) process.exit(1);',
      'infra-services/comments-give-reasons',
    ],
    [
      'the environment read outside of config/',
      DOMAIN,
      'export const x = process.env.X;',
      'no-restricted-properties',
    ],
    ['a clock in the domain', DOMAIN, 'export const now = Date.now();', 'no-restricted-properties'],
  ])('%s', async (_what, file, code, rule) => {
    expect(await rulesBroken(file, code)).toEqual([rule]);
  });
});

describe('the lint rules accept', () => {
  it.each([
    ['a debt with its issue', SCRIPT, '// TODO(#12): later'],
    ['printing in a script', SCRIPT, "console.log('x');"],
    ['a long file of comments', SCRIPT, '// what and why\n'.repeat(301)],
    ['a default export in a tool’s configuration', 'vitest.config.ts', 'export default {};'],
    [
      'a rule switched off with a reason',
      SCRIPT,
      '// eslint-disable-next-line eqeqeq -- either\nif (process.argv[2] == null) process.exit(1);',
    ],
    [
      'a class that only carries a decorator',
      SOURCE,
      'function Module(): ClassDecorator { return () => undefined; }\n@Module()\nexport class HealthModule {}',
    ],
    ['a non-null assertion in a test', TEST, 'export const f = (x?: 1) => x!;'],
  ])('%s', async (_what, file, code) => {
    expect(await rulesBroken(file, code)).toEqual([]);
  });
});

/** The rules that `code` breaks, and what could not be linted at all as a message. */
async function rulesBroken(filePath: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath });
  return [...new Set(result?.messages.map(({ ruleId, message }) => ruleId ?? message))];
}
