import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Spec, Validation } from '@cyclonedx/cyclonedx-library';

/** The version of CycloneDX that is written. */
const SPEC_VERSION = Spec.Version.v1dot6;

/** What ships: the service, and the packages that applications import. */
const SHIPPED = ['./apps/*', './packages/idempotency-*'];

/** One component of a bill of materials: CycloneDX 1.6, `component`, as far as it is read here. */
export interface Component {
  readonly name: string;
  readonly group?: string;
  readonly version: string;
  readonly licenses?: readonly {
    readonly license?: { readonly id?: string; readonly name?: string };
    readonly expression?: string;
  }[];
}

export interface BillOfMaterials {
  readonly path: string;
  readonly text: string;
  readonly components: readonly Component[];
}

/** Writes the bill of materials of everything that ships into `folder`, which is emptied first. */
export function writeBillsOfMaterials(root: string, folder: string): BillOfMaterials[] {
  rmSync(folder, { recursive: true, force: true });
  const filters = SHIPPED.flatMap((each) => ['--filter', each]);
  const options = ['--prod', '--split', '--sbom-format', 'cyclonedx', '--sbom-spec-version', SPEC_VERSION];
  // Standard output would be a file's text; the closing words go where the errors go.
  execFileSync('pnpm', [...filters, 'sbom', ...options, '--out', join(folder, '%s.cdx.json')], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return readdirSync(folder).map((name) => read(join(folder, name)));
}

/** What the schema of CycloneDX says is wrong with the document; `null` when nothing is. */
export async function schemaViolation(text: string): Promise<string | null> {
  const violation: unknown = await new Validation.JsonStrictValidator(SPEC_VERSION).validate(text);
  return violation === null ? null : JSON.stringify(violation);
}

function read(path: string): BillOfMaterials {
  const text = readFileSync(path, 'utf8');
  const { components } = JSON.parse(text) as { components?: Component[] };
  return { path, text, components: components ?? [] };
}
