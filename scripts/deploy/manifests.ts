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

/** One operation of a JSON Patch (RFC 6902), of the kinds that are used here. */
interface PatchOperation {
  readonly op: 'add' | 'replace';
  readonly path: string;
  readonly value: unknown;
}

/** What of a `kustomization.yaml` the tests follow. */
export interface Kustomization {
  readonly kind: string;
  readonly resources: readonly string[];
  readonly images: readonly { readonly name: string }[];
  readonly secretGenerator?: readonly {
    readonly name: string;
    readonly files: readonly string[];
    readonly options: { readonly disableNameSuffixHash: boolean };
  }[];
  readonly patches?: readonly {
    readonly target: { readonly kind: string; readonly name: string };
    /** A JSON Patch, in YAML. */
    readonly patch: string;
  }[];
}

export const directory = fileURLToPath(new URL('../../deploy/kubernetes/', import.meta.url));

/** Names of the files that the base is made of. */
export const baseFiles = readdirSync(`${directory}base`).sort();

export const base = readYaml('base/kustomization.yaml') as Kustomization;
export const overlay = readYaml('overlays/example/kustomization.yaml') as Kustomization;
export const encryption = readYaml('components/encryption/kustomization.yaml') as Kustomization;

/** The base's objects by kind: one of each, one a file. */
export function readManifests(): ReadonlyMap<string, Manifest> {
  const manifests = base.resources.map((file) => readYaml(`base/${file}`) as Manifest);
  return new Map(manifests.map((manifest) => [manifest.kind, manifest]));
}

/** The objects as the kustomization patches them. Throws for a patch of what is not there. */
export function patched(
  manifests: ReadonlyMap<string, Manifest>,
  { patches = [] }: Kustomization,
): ReadonlyMap<string, Manifest> {
  const result = structuredClone(manifests) as Map<string, Manifest>;
  for (const { target, patch } of patches) {
    const manifest = result.get(target.kind);
    if (manifest?.metadata.name !== target.name) throw new Error(`there is no ${target.kind} ${target.name}`);
    for (const operation of parse(patch) as readonly PatchOperation[]) apply(manifest, operation);
  }
  return result;
}

function apply(manifest: Manifest, { op, path, value }: PatchOperation): void {
  const names = path.split('/').slice(1);
  const last = names.pop() ?? '';
  let place = manifest as unknown as Record<string, unknown>;
  for (const name of names) {
    if (!Object.hasOwn(place, name)) throw new Error(`${path}: there is no ${name}`);
    place = place[name] as Record<string, unknown>;
  }
  if (Array.isArray(place) && last === '-') place.push(value);
  else if ((op === 'add') !== Object.hasOwn(place, last)) place[last] = value;
  else throw new Error(`${path}: ${op === 'add' ? 'is there already' : 'is not there'}`);
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
