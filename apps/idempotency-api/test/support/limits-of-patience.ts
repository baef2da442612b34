import { settings, type SettingName } from '../../src/config/settings.js';

const NAMES = [
  'DATABASE_CONNECT_TIMEOUT_MS',
  'DATABASE_STATEMENT_TIMEOUT_MS',
  'DATABASE_LOCK_TIMEOUT_MS',
] as const satisfies readonly SettingName[];

type Limits = Record<(typeof NAMES)[number], string>;

/**
 * How long a service waits for PostgreSQL where that is not what a test is about: a machine that also runs other tests must
 * not show as a store that is away.
 */
export const patient: Limits = {
  DATABASE_CONNECT_TIMEOUT_MS: '15000',
  DATABASE_STATEMENT_TIMEOUT_MS: '15000',
  DATABASE_LOCK_TIMEOUT_MS: '5000',
};

/** As long as it waits by default: for tests of what callers are then told. */
export const impatient = Object.fromEntries(
  NAMES.map((name) => [name, String(settings[name].default)]),
) as Limits;
