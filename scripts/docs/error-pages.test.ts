import { readdirSync, readFileSync } from 'node:fs';
import { problemCodes, problems, type ProblemDefinition } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';

const folder = new URL('../../docs/errors/', import.meta.url);

function page(name: string): string {
  return readFileSync(new URL(name, folder), 'utf8');
}

describe('docs/errors', () => {
  it('has a page for every code and for no other', () => {
    const pages = readdirSync(folder).filter((name) => name !== 'README.md');
    expect(pages.sort()).toEqual(problemCodes.map((code) => `${code}.md`).sort());
  });

  it.each(problemCodes)('says of %s what the contract says', (code) => {
    const { status, title, retryable, meaning, cause, action }: ProblemDefinition = problems[code];
    const text = page(`${code}.md`);
    for (const said of [title, meaning, cause, action]) expect(text).toContain(said);
    expect(text).toContain(`Status ${status}, ${retryable ? 'retryable' : 'not retryable'}.`);
    expect(text).toMatch(/## Answered by\n\n\S/u);
    const [, example = ''] = /```json\n(.*?)```/su.exec(text) ?? [];
    expect(JSON.parse(example)).toMatchObject({ code, status, title, retryable, type: `/problems/${code}` });
  });

  it.each(problemCodes)('leads from its index to %s', (code) => {
    expect(page('README.md')).toContain(`](${code}.md)`);
  });
});
