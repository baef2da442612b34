// `pnpm packages:check` packs every public package and fails, one line a finding, if what would be published cannot be
// used, or if its API is not the one in `etc/`. `pnpm packages:api` (`--write`) writes the latter.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { apiReport } from './api-report.ts';
import { pack } from './pack.ts';
import { publicPackages, root, type PublicPackage } from './public-packages.ts';
import { tarballFindings } from './tarball-findings.ts';

const isWriting = process.argv.includes('--write');
const packages = publicPackages();
const folder = await mkdtemp(join(tmpdir(), 'packages-'));
try {
  const findings: string[] = [];
  for (const each of packages) findings.push(...(await findingsOf(each)));
  for (const finding of findings) console.error(`packages:check: ${finding}`);
  if (findings.length > 0) process.exitCode = 1;
  else console.log(`packages:check: ${packages.length} packages can be published`);
} finally {
  await rm(folder, { recursive: true });
}

async function findingsOf(each: PublicPackage): Promise<string[]> {
  const findings = await tarballFindings(await pack(each, await emptyFolder(each, 'tarball')));
  // A command has its options for an API: they are in its README, by test.
  if (each.manifest.exports !== undefined) findings.push(...(await apiFindings(each)));
  return findings.map((finding) => `${each.name}: ${finding}`);
}

async function apiFindings(each: PublicPackage): Promise<string[]> {
  const { path, text, findings } = await apiReport(each, await emptyFolder(each, 'api'));
  if (isWriting) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  }
  const kept = await readFile(path, 'utf8').catch(() => undefined);
  if (kept === text) return [...findings];
  return [
    ...findings,
    `its API is not that of ${relative(root, path)}: run \`npx --yes pnpm packages:api\`, and review the diff`,
  ];
}

async function emptyFolder({ folder: of }: PublicPackage, purpose: string): Promise<string> {
  const path = join(folder, basename(of), purpose);
  await mkdir(path, { recursive: true });
  return path;
}
