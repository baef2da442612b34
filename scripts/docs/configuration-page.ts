import { settings, type Setting } from '../../apps/idempotency-api/src/config/settings.ts';

/** docs/configuration.md: every environment variable with its default, its bounds and its reason. */
export function configurationPage(): string {
  const rows = Object.entries<Setting>(settings).map(
    ([name, setting]) =>
      `| \`${name}\` | ${defaultOf(setting)} | ${allowed(setting)} | ${setting.description} |`,
  );
  return `<!-- Generated from apps/idempotency-api/src/config/settings.ts by \`pnpm docs:generate\`. -->

# Configuration

Environment variables, read once at the start. An empty one counts as absent. If any is wrong, the service does not
start: one line names every bad variable and shows no value, since a value may be a secret. Units are in the names.

| variable | default | allowed | |
|---|---|---|---|
${rows.join('\n')}

\`pnpm start\` knows one more: \`DATA_DIR\` (default \`.data\`), where the PostgreSQL that it brings up keeps its data. It is
not used where \`DATABASE_URL\` is set.
`;
}

function defaultOf(setting: Setting): string {
  return setting.default === undefined ? '' : `\`${setting.default}\``;
}

function allowed({ minimum, maximum, enum: values, pattern }: Setting): string {
  if (values) return values.map((value) => `\`${value}\``).join(', ');
  if (minimum !== undefined && maximum !== undefined) return `${minimum}–${maximum}`;
  return pattern === undefined ? '' : `\`${pattern.replaceAll('|', '\\|')}\``;
}
