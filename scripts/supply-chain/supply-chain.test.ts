import { describe, expect, it } from 'vitest';
import { findingsIn } from './audit.ts';
import { forbidden, licencesPage, licensed } from './licences.ts';
import { schemaViolation, type Component } from './sbom.ts';

const component = (name: string, ...licences: string[]): Component => ({
  name,
  version: '1.0.0',
  licenses: licences.map((id) => ({ license: { id } })),
});

describe('licences', () => {
  it.each([
    ['one that asks for more than a notice', component('copyleft', 'GPL-3.0-only'), 'GPL-3.0-only'],
    ['one beside an allowed one', component('both', 'MIT', 'GPL-3.0-only'), 'MIT AND GPL-3.0-only'],
    [
      'an expression, whatever it offers',
      { name: 'choice', version: '1.0.0', licenses: [{ expression: '(MIT OR GPL-3.0-only)' }] },
      '(MIT OR GPL-3.0-only)',
    ],
    ['none at all', { name: 'silent', version: '1.0.0' }, 'none'],
  ])('%s may not ship', (_, dependency: Component, licence) => {
    expect(forbidden(licensed([dependency, component('fine', 'MIT')]))).toEqual([
      { name: dependency.name, version: '1.0.0', licence },
    ]);
  });

  it('the page names a dependency once, whatever versions and platforms there are', () => {
    const page = licencesPage(
      licensed([
        component('twice', 'MIT'),
        { ...component('twice', 'MIT'), version: '2.0.0' },
        { ...component('linux-x64', 'ISC'), group: '@binary' },
        { ...component('darwin-arm64', 'ISC'), group: '@binary' },
      ]),
    );

    expect(page.match(/^\| `.*$/gm)).toEqual(['| `@binary/*` | ISC |', '| `twice` | MIT |']);
  });
});

it('a bill of materials that the schema does not know is refused', async () => {
  expect(await schemaViolation('{"bomFormat":"CycloneDX","specVersion":"1.6","surprise":true}')).toContain(
    'surprise',
  );
  expect(await schemaViolation('{"bomFormat":"CycloneDX","specVersion":"1.6"}')).toBeNull();
});

it('an advisory is a finding with its package, its title and its severity', () => {
  const advisories = { 1: { module_name: 'leaky', title: 'Leaks', severity: 'high' } };

  expect(findingsIn({ advisories })).toEqual(['leaky: Leaks (high)']);
  expect(findingsIn({})).toEqual([]);
});
