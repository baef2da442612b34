import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parse } from 'yaml';

/** Any object of Kubernetes. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** What of a `kustomization.yaml` the test follows. */
export interface Kustomization {
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string }[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    readonly patch: string;
  }[];
}

const directory = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

/** Names of the files that the base is made of. */
export const baseFiles = readdirSync(`${directory}base`).sort();

export const base = readYaml('base/kustomization.yaml') as Kustomization;
export const overlay = readYaml('overlays/example/kustomization.yaml') as Kustomization;

/** The base's objects by kind: one of each, one a file. */
export function readManifests(): ReadonlyMap<string, Manifest> {
  const manifests = base.resources.map((file) => readYaml(`base/${file}`) as Manifest);
  return new Map(manifests.map((manifest) => [manifest.kind, manifest]));
}

/** Throws unless the file is one document that YAML allows. */
function readYaml(file: string): unknown {
  return parse(readFileSync(directory + file, 'utf8'));
}

/**
 * What the compiler says against these objects as literals of Kubernetes' own types, which come from its OpenAPI
 * document. Unlike its JSON Schemas they know no further members, so that a misspelt one is named.
 */
export function typeErrors(manifests: Iterable<Manifest>): string[] {
  const source = [...manifests].map((manifest, index) => {
    const { apiVersion, kind } = manifest;
    const module = `kubernetes-models/${apiVersion}/${kind}`;
    return `import type { I${kind} as I${index} } from '${module}';\nexport const m${index}: I${index} = ${JSON.stringify(manifest, null, 1)};`;
  });
  return diagnose(source.join('\n'));
}

function diagnose(source: string): string[] {
  const file = fileURLToPath(new URL('manifests-as-literals.ts', import.meta.url));
  const options: ts.CompilerOptions = {
    strict: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ESNext,
    module: ts.ModuleKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const readSource = host.getSourceFile.bind(host);
  host.getSourceFile = (name, languageVersion, ...rest) =>
    name === file
      ? ts.createSourceFile(name, source, languageVersion)
      : readSource(name, languageVersion, ...rest);
  const program = ts.createProgram([file], options, host);
  return ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
}
