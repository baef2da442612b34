import { BlockList, isIP } from 'node:net';
import { ConfigRefused, type Config } from './config.js';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8);
loopback.addAddress('::1', 'ipv6');

/**
 * Refuses settings that would let strangers in, or nobody: an address that others can reach while calls carry no
 * credential, and tokens without a file of them. Throws `ConfigRefused`.
 */
export function refuseExposure(config: Config): void {
  if (config.AUTH_MODE === 'token') {
    if (config.TOKENS_FILE !== undefined) return;
    throw tokensFileMissing();
  }
  if (config.ALLOW_UNAUTHENTICATED === 'true' || isLoopback(config.HOST)) return;
  throw new ConfigRefused(
    'configuration: HOST is an address that others can reach, and AUTH_MODE is off: set AUTH_MODE=token and TOKENS_FILE, or ALLOW_UNAUTHENTICATED=true inside a network that you trust, or HOST=127.0.0.1',
  );
}

/** The refusal of tokens without a file of them. */
export function tokensFileMissing(): ConfigRefused {
  return new ConfigRefused('configuration: TOKENS_FILE is not set, which AUTH_MODE=token needs');
}

/** A name other than `localhost` may stand for any address, tomorrow if not today. */
function isLoopback(host: string): boolean {
  if (host === 'localhost') return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? 'ipv6' : 'ipv4');
}
