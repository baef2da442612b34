import type { KnipConfig } from 'knip';

const tests = 'test/**/*.test.ts';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['scripts/**/*.mjs', 'scripts/{docs/generate,packages/check}.ts', 'scripts/**/*.test.ts'],
      project: ['scripts/**/*.{ts,mjs}', '*.ts'],
    },
    'apps/idempotency-api': {
      entry: ['src/{main,start,migrate}.ts', tests, 'test/compose/*.smoke.ts'],
      project: ['{src,test}/**/*.ts', 'prisma/*.prisma', '!src/generated/**'],
      // Debian packages, as .ci/run installs them.
      ignoreBinaries: ['redis-server', 'promtool'],
      // Imported by the generated client alone.
      ignoreDependencies: ['@prisma/client'],
    },
    'packages/*': {
      entry: ['src/index.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    'packages/idempotency-cli': {
      entry: ['src/main.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    'packages/local-postgres': {
      entry: ['src/index.ts', 'src/keeper.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    // Its tests are those of the packages that run it.
    'packages/middleware-conformance': { entry: 'src/index.ts', project: 'src/**/*.ts' },
    'examples/checkout': {
      // The demonstration starts the others as processes, by path.
      entry: ['src/main.ts', 'src/{orders,provider,shipping}/main.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    'examples/tasks-api': {
      entry: ['src/main.ts', tests],
      project: ['{src,test}/**/*.ts', 'prisma/*.prisma', '!src/generated/**'],
      // Imported by the generated client alone.
      ignoreDependencies: ['@prisma/client'],
    },
    bench: {
      entry: [
        'src/{main,scale,replicas,distance,soak,cost}.ts',
        'src/sides/*-server.ts',
        'src/load/bare-{insert,batch}.ts',
      ],
      project: 'src/**/*.ts',
    },
    chaos: {
      // Processes that are forked by path.
      entry: ['src/main.ts', 'src/callers/main.ts', 'src/cluster/undertaker.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    'packages/idempotency-checker': {
      entry: ['src/index.ts', 'src/main.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    'packages/eslint-config': { project: '**/*.cjs' },
  },
  // Holds no code.
  ignoreWorkspaces: ['packages/typescript-config'],
  // Named in each package so that turbo rebuilds it when the compiler's options change; tsconfig files reach the
  // options by path, through tsconfig.base.json.
  ignoreDependencies: ['@infra-services/typescript-config'],
};

export default config;
