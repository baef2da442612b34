/**
 * The line of a PostgreSQL program's output that tells why it ended: the last fatal one, else the last of all. For
 * people to read; nothing is decided by it.
 */
export function tellingLine(lines: readonly string[]): string {
  const fatal = lines.findLast((line) => /\b(?:FATAL|PANIC|error):/.test(line));
  const line = fatal ?? lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing';
  return line.replace(/^.*?(?=FATAL:|PANIC:)/, '').trim();
}
