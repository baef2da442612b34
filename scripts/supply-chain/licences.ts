import type { Component } from './sbom.ts';

/**
 * Licences under which a dependency may ship: they ask for a notice at most, and nothing of those who build on us.
 * SPDX identifiers.
 */
const ALLOWED_LICENCES: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BlueOak-1.0.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'ISC',
  'MIT',
  'Python-2.0',
]);

/** Those whose package.json says it in a form that is read no more (`licenses`), looked at by hand. */
const STATED_OTHERWISE: ReadonlyMap<string, string> = new Map([
  ['busboy', 'MIT'],
  ['streamsearch', 'MIT'],
]);

/** A dependency and the licence it names, or `none`. */
export interface Licensed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
}

/** Every dependency once, sorted by name. */
export function licensed(components: readonly Component[]): Licensed[] {
  const found = new Map<string, Licensed>();
  for (const component of components) {
    const name = component.group === undefined ? component.name : `${component.group}/${component.name}`;
    const { version } = component;
    found.set(`${name}@${version}`, { name, version, licence: licenceOf(component) });
  }
  return [...found.values()].toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

/** Those that may not ship. */
export function forbidden(dependencies: readonly Licensed[]): Licensed[] {
  return dependencies.filter(
    ({ licence }) => !licence.split(' AND ').every((each) => ALLOWED_LICENCES.has(each)),
  );
}

/** `docs/licences.md`. Versions are left out: the lockfile has them, and the page changes only when a licence does. */
export function licencesPage(dependencies: readonly Licensed[]): string {
  const rows = dependencies.map(({ name, licence }) => `| \`${anyPlatform(name)}\` | ${licence} |`);
  return [
    '# Licences of what ships',
    '',
    'Every production dependency of the service and of the published packages, from their bills of materials',
    '(`npx --yes pnpm supply-chain`). A licence that is not in `scripts/supply-chain/licences.ts` fails the build.',
    '',
    '| dependency | licence |',
    '| --- | --- |',
    ...new Set(rows),
    '',
  ].join('\n');
}

/** Of packages that hold a binary only the one for this machine is installed: the page is the same on all. */
function anyPlatform(name: string): string {
  return name.replace(/\/(?:linux|darwin|windows)-\w+$/, '/*');
}

function licenceOf({ name, licenses = [] }: Component): string {
  const names = licenses.map(
    ({ license, expression }) => expression ?? license?.id ?? license?.name ?? 'none',
  );
  return names.join(' AND ') || (STATED_OTHERWISE.get(name) ?? 'none');
}

function keyOf({ name, version }: Licensed): string {
  return `${name}@${version}`;
}
