import type { KnipConfig } from 'knip';

const tests = 'test/**/*.test.ts';

const config: KnipConfig = {
  workspaces: {
    '.': {
      entry: ['scripts/**/*.mjs', 'scripts/**/*.test.ts'],
      project: ['scripts/**/*.{ts,mjs}', '*.ts'],
    },
    'apps/idempotency-api': {
      entry: ['src/{main,start,migrate}.ts', tests],
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
    'packages/local-postgres': {
      entry: ['src/index.ts', 'src/keeper.ts', tests],
      project: '{src,test}/**/*.ts',
    },
    bench: {
      entry: ['src/{main,scale,replicas}.ts', 'src/sides/*-server.ts', 'src/load/bare-{insert,batch}.ts'],
      project: 'src/**/*.ts',
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
