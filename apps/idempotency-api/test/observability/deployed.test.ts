import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { useWorld } from '../support/world.js';
import { promtool } from './promtool.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const files = (pattern: string): string[] =>
  globSync(`deploy/observability/${pattern}`, { cwd: root }).map((path) => join(root, path));
const ruleFiles = files('prometheus/rules/*.yml');
const dashboards = files('grafana/dashboards/*.json');
const read = (path: string): string => readFileSync(path, 'utf8');

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const expressions = dashboards.flatMap((path) =>
  (JSON.parse(read(path)) as { panels: Panel[] }).panels.flatMap(({ title, targets = [] }) =>
    targets.map(({ expr }) => ({
      title,
      expr: expr.replaceAll('$__rate_interval', '5m').replaceAll('$instance', '.*'),
    })),
  ),
);

describe('the alert rules', () => {
  it('are valid', () => {
    expect(ruleFiles).not.toEqual([]);
    const { ok, output } = promtool(['check', 'rules', ...ruleFiles]);
    expect(ok, output).toBe(true);
  });

  it('fire when they should and stay silent otherwise', () => {
    const tests = files('prometheus/tests/*.test.yml');
    expect(tests).not.toEqual([]);
    const { ok, output } = promtool(['test', 'rules', ...tests]);
    expect(ok, output).toBe(true);
  });

  const alerts = ruleFiles.flatMap((path) => [
    ...read(path).matchAll(/alert: (\w+)[^]*?runbook_url: (\S+)/g),
  ]);

  it.each(alerts.map(([, alert = '', runbook = '']) => ({ alert, runbook })))(
    '$alert has a test and a runbook entry',
    ({ alert, runbook }) => {
      const [page = '', anchor] = runbook.split('#');
      const entries = [...read(join(root, page)).matchAll(/^### (\w+)$/gm)].map(([, entry = '']) => entry);
      expect(entries.map((entry) => entry.toLowerCase())).toContain(anchor);
      expect(entries.find((entry) => alert.startsWith(entry))?.toLowerCase()).toBe(anchor);
      const tested = files('prometheus/tests/*.test.yml').flatMap((path) =>
        [...read(path).matchAll(/alertname: (\w+)/g)].map(([, name]) => name),
      );
      expect(tested).toContain(alert);
    },
  );

  it('are all of them found by these tests', () => {
    expect(alerts.length).toBeGreaterThan(5);
    expect(alerts).toHaveLength(ruleFiles.flatMap((path) => [...read(path).matchAll(/alert:/g)]).length);
  });
});

describe('the dashboard', () => {
  it('asks valid questions', () => {
    expect(expressions.length).toBeGreaterThan(20);
    const folder = mkdtempSync(join(tmpdir(), 'dashboard-'));
    onTestFinished(() => {
      rmSync(folder, { recursive: true });
    });
    // JSON is YAML: each question as a rule of its own.
    const rules = expressions.map(({ expr }, index) => ({ record: `dashboard:question:${index}`, expr }));
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'dashboard', rules }] }));
    const { ok, output } = promtool(['check', 'rules', join(folder, 'rules.yml')]);
    expect(ok, output).toBe(true);
  });
});

describe('rules and dashboard', () => {
  const world = useWorld();

  it('name only metrics that there are', async () => {
    const { body } = await world.api.send<string>('GET', '/metrics');
    const exposed = new Set(
      [...body.matchAll(/^# TYPE (\w+) (\w+)$/gm)].flatMap(([, name = '', type]) => series(name, type)),
    );
    const text = [...ruleFiles.map(read), ...expressions.map(({ expr }) => expr)].join('\n');
    const named = new Set(
      [...text.matchAll(/(?<![\w:])(?:idempotency_|nodejs_|process_)\w+/g)].map(([name]) => name),
    );
    expect(named.size).toBeGreaterThan(20);
    expect([...named].filter((name) => !exposed.has(name))).toEqual([]);
  });
});

function series(name: string, type: string | undefined): string[] {
  return type === 'histogram' ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
}
