import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import {
  Extractor,
  ExtractorConfig,
  ExtractorLogLevel,
  type ExtractorMessage,
  type IConfigFile,
} from '@microsoft/api-extractor';
import type { PublicPackage } from './public-packages.ts';

export interface ApiReport {
  /** Where it is kept, absolute: what a change does to users is read there, in the diff. */
  readonly path: string;
  readonly text: string;
  /** What is wrong with the API itself. */
  readonly findings: readonly string[];
}

/** The public API of a built package, as its declarations have it. */
export async function apiReport({ folder }: PublicPackage, emptyFolder: string): Promise<ApiReport> {
  const fileName = `${basename(folder)}.api.md`;
  const findings: string[] = [];
  const config = ExtractorConfig.prepare({
    configObject: configuration(folder, emptyFolder, fileName),
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, 'package.json'),
  });
  await mkdir(join(emptyFolder, 'made'), { recursive: true });
  Extractor.invoke(config, {
    localBuild: true,
    messageCallback: (message) => {
      message.handled = true;
      if (isFinding(message)) findings.push(message.text);
    },
  });
  const text = await readFile(join(emptyFolder, 'made', fileName), 'utf8');
  return { path: join(folder, 'etc', fileName), text, findings };
}

/** A type that a signature names and nobody can import, and whatever keeps the report from being whole. */
function isFinding({ messageId, logLevel }: ExtractorMessage): boolean {
  return messageId === 'ae-forgotten-export' || logLevel === ExtractorLogLevel.Error;
}

function configuration(folder: string, emptyFolder: string, reportFileName: string): IConfigFile {
  const quiet = { default: { logLevel: ExtractorLogLevel.None } };
  return {
    projectFolder: folder,
    mainEntryPointFilePath: join(folder, 'dist/index.d.ts'),
    newlineKind: 'lf',
    compiler: {
      // Its compiler is older than ours, and does not know all our options; declarations need these alone.
      overrideTsconfig: {
        compilerOptions: {
          module: 'NodeNext',
          moduleResolution: 'NodeNext',
          target: 'ES2022',
          lib: ['ES2023', 'DOM', 'DOM.Iterable'],
          strict: true,
          skipLibCheck: true,
          types: ['node'],
        },
        files: ['dist/index.d.ts'],
      },
    },
    apiReport: {
      enabled: true,
      reportFileName,
      reportFolder: join(emptyFolder, 'made'),
      reportTempFolder: join(emptyFolder, 'temporary'),
    },
    docModel: { enabled: false },
    dtsRollup: { enabled: false },
    tsdocMetadata: { enabled: false },
    messages: {
      compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
      // Release tags and its dialect of doc comments are not used here.
      extractorMessageReporting: {
        ...quiet,
        'ae-forgotten-export': { logLevel: ExtractorLogLevel.Warning },
      },
      tsdocMessageReporting: quiet,
    },
  };
}
