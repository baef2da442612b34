import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import { Idem } from './idem.js';

export interface World {
  readonly service: LocalService;
  readonly idem: Idem;
}

/** One real service for the tests of a file; their keys keep them apart. */
export function useWorld(): World {
  let world: World | undefined;
  beforeAll(async () => {
    const service = await startLocalService({ postgresUrl: inject('postgresUrl') });
    world = { service, idem: new Idem(service.url) };
  });
  afterAll(() => world?.service.stop());
  const started = (): World => {
    if (!world) throw new Error('the service is up in tests alone');
    return world;
  };
  return {
    get service() {
      return started().service;
    },
    get idem() {
      return started().idem;
    },
  };
}

/** A directory that goes with the test. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'idem-'));
  onTestFinished(() => rm(dir, { recursive: true, force: true }));
  return dir;
}

/** A command that appends a line to a file whenever it runs: the effect that must not happen twice. */
export interface CountedCommand {
  /** `sh -c …`: the effect, then the script. */
  readonly words: readonly string[];
  runs(): Promise<number>;
}

export async function countedCommand(script = ''): Promise<CountedCommand> {
  const file = join(await temporaryDir(), 'runs');
  await writeFile(file, '');
  return {
    words: ['sh', '-c', `echo run >> "${file}"; ${script}`],
    runs: async () => (await readFile(file, 'utf8')).split('\n').length - 1,
  };
}
