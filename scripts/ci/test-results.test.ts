import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closingLine, countTests } from './test-results.mjs';

function file(status: string, ...tests: string[]) {
  return {
    name: 'a.test.ts',
    status,
    assertionResults: tests.map((test) => ({ status: test, fullName: test })),
  };
}

describe('counting tests', () => {
  it('counts what passed and what failed', () => {
    expect(
      countTests([file('passed', 'passed', 'passed'), file('failed', 'passed', 'failed')]),
    ).toMatchObject({
      passed: 3,
      failed: 1,
    });
  });

  it('counts a file that could not be loaded as a failure', () => {
    expect(countTests([file('failed')])).toMatchObject({ passed: 0, failed: 1 });
  });

  it('counts a hook that failed after its tests had passed as a failure', () => {
    expect(countTests([file('failed', 'passed', 'skipped')])).toMatchObject({ passed: 1, failed: 1 });
  });

  it('names what was skipped or is to be done', () => {
    const { notRun } = countTests([file('passed', 'passed', 'skipped', 'todo')]);
    expect(notRun).toEqual([
      expect.stringContaining('skipped (skipped)'),
      expect.stringContaining('todo (todo)'),
    ]);
  });
});

describe('the closing line', () => {
  it('never reports a failed run as one without failures', () => {
    expect(closingLine({ passed: 7, failed: 0, notRun: [] }, 1)).toBe('7 passed, 1 failed');
    expect(closingLine(undefined, 1)).toBe('0 passed, 1 failed');
  });

  it('repeats the counts otherwise', () => {
    expect(closingLine({ passed: 7, failed: 0, notRun: [] }, 0)).toBe('7 passed, 0 failed');
    expect(closingLine({ passed: 7, failed: 2, notRun: [] }, 1)).toBe('7 passed, 2 failed');
  });
});

describe('the program that CI ends with', () => {
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(path.join(tmpdir(), 'results-'));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function lastLine(report: string | undefined, exitCode: string): string {
    const results = path.join(directory, 'results.json');
    if (report !== undefined) writeFileSync(results, report);
    return execFileSync(process.execPath, ['scripts/ci/test-results.mjs', exitCode], {
      env: { ...process.env, VITEST_RESULTS: results },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  }

  it('speaks when no test has run', () => {
    expect(lastLine(undefined, '1')).toBe('0 passed, 1 failed\n');
  });

  it('speaks when the report was cut off', () => {
    expect(lastLine('{"testRes', '1')).toBe('0 passed, 1 failed\n');
  });

  it("reads vitest's report", () => {
    expect(lastLine(JSON.stringify({ testResults: [file('passed', 'passed')] }), '0')).toBe(
      '1 passed, 0 failed\n',
    );
  });
});
