// `pnpm supply-chain`: what ships, under which licence, with which known defects. Writes a bill of materials (CycloneDX)
// a package to `.turbo/sbom/`, compares `docs/licences.md` with it (`--write` writes that), and asks the registry for
// advisories. The lockfile itself is the step `lockfile`'s.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { audit } from './audit.ts';
import { forbidden, licencesPage, licensed } from './licences.ts';
import { schemaViolation, writeBillsOfMaterials } from './sbom.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const page = join(root, 'docs/licences.md');

const bills = writeBillsOfMaterials(root, join(root, '.turbo/sbom'));
if (bills.length === 0) stop('nothing ships: the filters of scripts/supply-chain/sbom.ts match no package');
for (const { path, text } of bills) {
  const violation = await schemaViolation(text);
  if (violation !== null) stop(`${path} is not CycloneDX: ${violation}`);
}

const dependencies = licensed(bills.flatMap(({ components }) => components));
for (const { name, version, licence } of forbidden(dependencies))
  stop(`${name}@${version} has the licence ${licence}: replace it, or allow it in licences.ts`);

const text = await format(licencesPage(dependencies), { ...(await resolveConfig(page)), filepath: page });
if (process.argv.includes('--write')) await writeFile(page, text);
else if ((await readFile(page, 'utf8').catch(() => '')) !== text)
  stop('docs/licences.md is stale: run `npx --yes pnpm supply-chain --write`');

const answer = audit(root);
if ('unanswered' in answer)
  console.log(`supply-chain: the registry told no advisories (${answer.unanswered}): ask one that does`);
else if (answer.findings.length > 0) stop(`advisories:\n  ${answer.findings.join('\n  ')}`);

console.log(`supply-chain: ${bills.length} bills of materials, ${dependencies.length} dependencies`);

function stop(reason: string): never {
  console.error(`supply-chain: ${reason}`);
  process.exit(1);
}
