import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { IDeployment } from 'kubernetes-models/apps/v1/Deployment';
import type { IConfigMap } from 'kubernetes-models/v1/ConfigMap';
import { describe, expect, it } from 'vitest';
import { parseTokens } from '../../apps/idempotency-api/src/access/token-file.js';
import { readConfig } from '../../apps/idempotency-api/src/config/config.js';
import { refuseExposure } from '../../apps/idempotency-api/src/config/exposure.js';
import {
  directory,
  encryption,
  overlay,
  patched,
  readManifests,
  typeErrors,
  type Manifest,
} from './manifests.js';

const base = readManifests();
/** From the secret that is made outside. */
const fromOutside = { DATABASE_URL: 'postgres://db/idempotency' };

/** The variables that the image sets by itself. */
function imageEnvironment(): Record<string, string> {
  const file = fileURLToPath(new URL('../../Dockerfile', import.meta.url));
  const [, final = ''] = readFileSync(file, 'utf8').split(/^FROM (?!.* AS )/mu);
  return Object.fromEntries(
    [...final.matchAll(/^(?:ENV)? +([A-Z_]+)=(\S+)/gmu)].map(
      ([, name = '', value = '']) => [name, value] as const,
    ),
  );
}

/** What the service does first. Throws for settings that it does not start with. */
function accept(environment: Record<string, string>): void {
  refuseExposure(readConfig(environment));
}

function environmentOf(manifests: ReadonlyMap<string, Manifest>): Record<string, string> {
  const { data } = manifests.get('ConfigMap') as unknown as IConfigMap;
  return { ...imageEnvironment(), ...data, ...fromOutside };
}

/** Which file of which secret a path in the container is; undefined where nothing is mounted. */
function secretAt(manifests: ReadonlyMap<string, Manifest>, path: string) {
  const { volumes = [], containers } = (manifests.get('Deployment') as unknown as IDeployment).spec!.template
    .spec!;
  const mount = containers[0]!.volumeMounts!.find(({ mountPath }) => mountPath === dirname(path));
  const volume = volumes.find(({ name }) => name === mount?.name);
  return { secret: volume?.secret?.secretName, readOnly: mount?.readOnly, subPath: mount?.subPath };
}

describe('the base', () => {
  it('has all that the image needs to start: it listens on every address, and so asks for tokens', () => {
    const environment = environmentOf(base);
    expect(environment).toMatchObject({ HOST: '0.0.0.0', AUTH_MODE: 'token' });
    expect(() => accept(environment)).not.toThrow();
    for (const name of ['AUTH_MODE', 'TOKENS_FILE', 'DATABASE_URL']) {
      expect(() => accept({ ...environment, [name]: '' }), `without ${name}`).toThrow(name);
    }
  });

  it('mounts the tokens as a directory, so that a change reaches pods that run', () => {
    const { TOKENS_FILE = '' } = environmentOf(base);
    expect(secretAt(base, TOKENS_FILE)).toEqual({ secret: 'idempotency-api-tokens', readOnly: true });
  });
});

describe('the example overlay', () => {
  it('makes the secret of the tokens under the name that the base mounts, with the file that it reads', () => {
    const { TOKENS_FILE = '' } = environmentOf(base);
    const [generator] = overlay.secretGenerator!;
    expect(generator).toMatchObject({
      name: secretAt(base, TOKENS_FILE).secret,
      files: [TOKENS_FILE.slice(dirname(TOKENS_FILE).length + 1)],
      options: { disableNameSuffixHash: true },
    });
  });

  it('has a tokens file that the service takes, and that lets nobody in', () => {
    const file = join(directory, 'overlays/example', overlay.secretGenerator![0]!.files[0]!);
    expect(existsSync(file)).toBe(true);
    expect([...parseTokens(readFileSync(file)).keys()]).toEqual(['0'.repeat(64)]);
  });

  it('patches what is there, into objects that Kubernetes knows', () => {
    expect(typeErrors(patched(base, overlay).values())).toEqual([]);
  });
});

describe('encryption at rest, as a component', () => {
  const encrypted = patched(base, encryption);

  it('gives the service its key ring from a secret, beside the tokens', () => {
    const environment = environmentOf(encrypted);
    expect(() => accept(environment)).not.toThrow();
    expect(environmentOf(base)).not.toHaveProperty('KEYS_FILE');
    expect(secretAt(encrypted, environment.KEYS_FILE!)).toEqual({
      secret: 'idempotency-api-keys',
      readOnly: true,
    });
    expect(secretAt(encrypted, environment.TOKENS_FILE!)).toEqual(secretAt(base, environment.TOKENS_FILE!));
  });

  it('makes objects that Kubernetes knows', () => {
    expect(encryption.kind).toBe('Component');
    expect(typeErrors(encrypted.values())).toEqual([]);
  });

  it('is named in the overlay, for whoever wants it', () => {
    const text = readFileSync(join(directory, 'overlays/example/kustomization.yaml'), 'utf8');
    expect(text).toContain('#   - ../../components/encryption');
  });
});
