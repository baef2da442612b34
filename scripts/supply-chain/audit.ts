import { spawnSync } from 'node:child_process';

/** From here on an advisory fails the build: `moderate` ones are often of use that is not ours. */
const LEVEL = 'high';

/** How long the registry may take to answer, in milliseconds. */
const BUDGET_MS = 60_000;

interface Report {
  readonly advisories?: Readonly<Record<string, Advisory>>;
}

interface Advisory {
  readonly module_name: string;
  readonly title: string;
  readonly severity: string;
}

/** What the registry knows against the lockfile: findings, or that it gave no answer. */
export type Audit = { readonly findings: readonly string[] } | { readonly unanswered: string };

/** Asks the registry for advisories against production dependencies. Mirrors often do not have that endpoint. */
export function audit(root: string): Audit {
  const { stdout, stderr, error } = spawnSync('pnpm', ['audit', '--prod', '--json', '--audit-level', LEVEL], {
    cwd: root,
    encoding: 'utf8',
    timeout: BUDGET_MS,
  });
  if (error) return { unanswered: error.message };
  const report = reportIn(stdout);
  return report === undefined ? { unanswered: codeIn(stdout + stderr) } : { findings: findingsIn(report) };
}

/** The findings of pnpm's report. */
export function findingsIn({ advisories = {} }: Report): string[] {
  return Object.values(advisories).map(
    ({ module_name: name, severity, title }) => `${name}: ${title} (${severity})`,
  );
}

function reportIn(text: string): Report | undefined {
  try {
    const value = JSON.parse(text) as Report | { error: unknown };
    return 'error' in value ? undefined : value;
  } catch {
    return undefined;
  }
}

function codeIn(text: string): string {
  return /ERR_PNPM_\w+/.exec(text)?.[0] ?? 'no report';
}
