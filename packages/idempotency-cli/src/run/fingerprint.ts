import { createHash } from 'node:crypto';

/**
 * The fingerprint of a command: that of the JSON array of its words, as the service itself makes it (RFC 8785), so that
 * a claim with `"request": ["./backup.sh", "--full"]` is a duplicate of the same command. Made here, as arguments may
 * hold secrets that the service has no need to see. RFC 8785 leaves an array of strings as `JSON.stringify` writes it.
 *
 * Neither working directory nor environment are part of it: they differ between hosts that run one and the same job.
 */
export function fingerprintOfCommand(command: readonly string[]): string {
  const digest = createHash('sha256').update(JSON.stringify(command), 'utf8').digest('base64url');
  return `jcs-sha256:${digest}`;
}
