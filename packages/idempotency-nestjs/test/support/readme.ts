import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

/** The code blocks of a language, in order. */
export function blocks(language: string): string[] {
  return [...readme.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, of]) => of === language)
    .map(([, , code = '']) => code);
}

/** What a newcomer adds, and the two programs that the diff is between. */
export function newcomer(): { added: string[]; removed: string[]; before: string; after: string } {
  const lines = (blocks('diff')[0] ?? '').split('\n');
  const marked = (...marks: string[]) => lines.filter((line) => marks.includes(line.slice(0, 1)));
  const program = (mark: string) =>
    lines.filter((line) => line === '' || [' ', mark].includes(line[0] ?? '')).map((line) => line.slice(1));
  return {
    added: marked('+'),
    removed: marked('-'),
    before: program('-').join('\n'),
    after: program('+').join('\n'),
  };
}

/** Compiles a program as a file of this package, by its own tsconfig; the package's name leads to what it publishes. */
export function compile(source: string): { problems: string[]; javascript: string } {
  const folder = fileURLToPath(new URL('..', import.meta.url));
  const file = `${folder}readme-example.ts`;
  const { config } = ts.readConfigFile(`${folder}../tsconfig.json`, (path) => ts.sys.readFile(path)) as {
    config: unknown;
  };
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, `${folder}..`);
  const host = ts.createCompilerHost(options);
  const { readFile, fileExists } = host;
  host.readFile = (path) => (path === file ? source : readFile(path));
  host.fileExists = (path) => path === file || fileExists(path);
  const program = ts.createProgram(
    [file],
    { ...options, noEmit: false, sourceMap: false, declaration: false },
    host,
  );
  let javascript = '';
  program.emit(program.getSourceFile(file), (_path, text) => (javascript = text));
  const problems = ts
    .getPreEmitDiagnostics(program)
    .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
  return { problems, javascript };
}
