import type { ErrorObject } from 'ajv';
import { schemaCompiler } from '../json-schema/schema-compiler.js';
import { settings, type SettingName } from './settings.js';

type ValueOf<Name extends SettingName> = (typeof settings)[Name]['type'] extends 'integer' ? number : string;

/** What the service cannot start without. */
const required = ['DATABASE_URL'] as const;

type Present = {
  [Name in SettingName]: (typeof settings)[Name] extends { default: unknown }
    ? Name
    : Name extends (typeof required)[number]
      ? Name
      : never;
}[SettingName];

/** The service's configuration: validated, frozen, complete. */
export type Config = { readonly [Name in Present]: ValueOf<Name> } & {
  readonly [Name in Exclude<SettingName, Present>]?: ValueOf<Name>;
};

/** The environment is not usable. The message names every bad variable and shows no value: a value may be a secret. */
export class ConfigRefused extends Error {
  override readonly name = 'ConfigRefused';
}

const validate = schemaCompiler({
  allErrors: true,
  coerceTypes: true,
  useDefaults: true,
  strictTypes: false,
}).compile({ type: 'object', properties: settings, required });

/** Reads the configuration out of environment variables; an empty one counts as absent. Throws `ConfigRefused`. */
export function readConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const names = Object.keys(settings) as SettingName[];
  const given = names.filter((name) => environment[name] !== undefined && environment[name] !== '');
  const config: Record<string, unknown> = Object.fromEntries(given.map((name) => [name, environment[name]]));
  if (!validate(config)) {
    throw new ConfigRefused(`configuration: ${(validate.errors ?? []).map(describe).join('; ')}`);
  }
  return Object.freeze(config) as Config;
}

function describe(error: ErrorObject): string {
  const missing = (error.params as { missingProperty?: string }).missingProperty;
  if (missing) return `${missing} is not set`;
  const allowed = (error.params as { allowedValues?: string[] }).allowedValues;
  const rule = allowed ? `must be one of ${allowed.join(', ')}` : (error.message ?? 'is invalid');
  return `${error.instancePath.slice(1)} ${rule}`;
}
