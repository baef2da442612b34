/**
 * The tests that a Markdown document names, as code with a slash in the last column of its tables: `http/claim-tokens`
 * for a file, `faults/` for all of a folder. Paths are as they are written.
 */
export function namedTests(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .flatMap((row) => {
      const last = row.split('|').at(-2) ?? '';
      return [...last.matchAll(/`([^`]*\/[^`]*)`/gu)].map(([, path = '']) => path);
    });
}

/** The rows of a document's tables whose last column names no test at all, by their first column. */
export function rowsWithoutTest(markdown: string): string[] {
  return markdown
    .split('\n')
    .filter(
      (line) => line.startsWith('|') && !/^\| (?:-+|threat) /u.test(line) && namedTests(line).length === 0,
    )
    .map((row) => row.split('|')[1]?.trim() ?? '');
}
