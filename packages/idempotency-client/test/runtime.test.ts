import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { expect, test } from 'vitest';

const build = fileURLToPath(new URL('../tsconfig.build.json', import.meta.url));

test('the sources know nothing of Node: they compile against web APIs alone, and import only the contract', () => {
  const { config } = ts.readConfigFile(build, (path) => ts.sys.readFile(path));
  const { fileNames, options } = ts.parseJsonConfigFileContent(config, ts.sys, dirname(build));
  expect(options.types).toEqual([]);
  const program = ts.createProgram(fileNames, { ...options, noEmit: true });
  const diagnostics = ts.getPreEmitDiagnostics(program).map(({ messageText }) => messageText);
  expect(diagnostics).toEqual([]);

  const sources = program.getSourceFiles().filter(({ fileName }) => fileNames.includes(fileName));
  const imported = sources.flatMap(({ text }) =>
    ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName),
  );
  const packages = new Set(imported.filter((name) => !name.startsWith('.')));
  expect([...packages]).toEqual(['@infra-services/idempotency-contract']);
  // Types that reach the build all the same, through a dependency, would let Node's globals pass.
  expect(program.getSourceFiles().filter(({ fileName }) => fileName.includes('@types/node'))).toEqual([]);
}, 60_000);
