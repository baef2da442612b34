import { readFile } from 'node:fs/promises';
import { checkPackage, createPackageFromTarballData, type Package } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import type { Manifest } from './public-packages.ts';

/** What keeps a tarball from being published: sentences, none if it may be. */
export async function tarballFindings(path: string): Promise<string[]> {
  const bytes = new Uint8Array(await readFile(path));
  const contents = createPackageFromTarballData(bytes);
  const manifest = JSON.parse(contents.readFile(inside(contents, 'package.json'))) as Manifest;
  return [
    ...manifestFindings(manifest),
    ...fileFindings(contents),
    ...(await publintFindings(bytes)),
    ...(manifest.exports === undefined ? [] : await typeFindings(contents)),
  ];
}

/** pnpm replaces the workspace's versions when it packs; one that is left could not be installed by anybody. */
function manifestFindings({ license, engines, dependencies, peerDependencies }: Manifest): string[] {
  const unpublishable = Object.entries({ ...dependencies, ...peerDependencies })
    .filter(([, range]) => !/^[\^~>=]*\d/u.test(range))
    .map(([name, range]) => `${name} is needed as ${range}, which no registry has`);
  return [
    ...unpublishable,
    ...(license === undefined ? ['it names no license'] : []),
    ...(engines?.node === undefined ? ['it does not say which Node it needs (engines)'] : []),
  ];
}

function fileFindings(contents: Package): string[] {
  const missing = ['README.md', 'LICENSE'].filter((name) => !contents.fileExists(inside(contents, name)));
  const strangers = contents
    .listFiles()
    .map((file) => file.slice(inside(contents, '').length))
    .filter(
      (file) =>
        !/^(?:dist\/(?!readme\/).+\.(?:js|d\.ts|js\.map)|README\.md|LICENSE|package\.json)$/u.test(file),
    );
  return [
    ...missing.map((name) => `${name} is missing`),
    ...strangers.map((name) => `${name} is of no use to those who install it`),
  ];
}

async function publintFindings(bytes: Uint8Array<ArrayBuffer>): Promise<string[]> {
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  return messages.map(
    (message) => `publint: ${formatMessage(message, pkg, { color: false }) ?? message.code}`,
  );
}

/**
 * The packages are ESM alone, so two of the four ways to resolve them are left out: `node10`, which knows no `exports`
 * and is that of no Node that we support, and `require` (`node16-cjs`), which Node itself answers from 20.19 and 22.12
 * on with the ES module; a second build in CommonJS would bring a second copy of every error class.
 */
const NOT_OFFERED = new Set(['node10', 'node16-cjs']);

async function typeFindings(contents: Package): Promise<string[]> {
  const result = await checkPackage(contents);
  if (result.types === false) return ['it has no types'];
  return result.problems
    .filter((problem) => !('resolutionKind' in problem && NOT_OFFERED.has(problem.resolutionKind)))
    .map((problem) => `are the types wrong: ${JSON.stringify(problem)}`);
}

function inside({ packageName }: Package, file: string): string {
  return `/node_modules/${packageName}/${file}`;
}
