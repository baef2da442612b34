'use strict';

// ESLint 10 reads `eslint.config.mjs`, which re-exports this file. The rules themselves are in
// packages/eslint-config; here stands where in the repository each of them applies.
const { scripts, tests, toolConfiguration, typescript } = require('@infra-services/eslint-config');

module.exports = [
  { ignores: ['**/dist/', '**/generated/', '**/coverage/', '**/.turbo/', '**/.data/'] },

  ...typescript({ rootDir: __dirname, filesWithoutProject: ['*.ts'] }),

  { files: ['**/test/**/*.ts', '**/*.test.ts'], ...tests },

  {
    files: [
      'apps/*/src/{main,start,migrate}.ts',
      'packages/local-postgres/src/keeper.ts',
      '{scripts,bench,examples}/**',
    ],
    ...scripts,
  },

  { files: ['*.ts', '**/*.config.{ts,mts,mjs,js}', '**/test/support/global-setup.ts'], ...toolConfiguration },

  {
    name: 'infra-services/configuration-is-parsed-once',
    files: ['apps/*/src/**/*.ts'],
    ignores: ['apps/*/src/config/**', 'apps/*/src/{main,start,migrate}.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'process',
          property: 'env',
          message: 'Only config/ reads the environment: once, at the start, refusing what is wrong.',
        },
      ],
    },
  },

  {
    name: 'infra-services/the-domain-has-no-clock',
    files: ['apps/*/src/*/domain/**/*.ts'],
    rules: {
      'no-restricted-properties': [
        'error',
        {
          object: 'Date',
          property: 'now',
          message: 'The database keeps time; take the time as an argument.',
        },
        {
          object: 'Math',
          property: 'random',
          message: 'The domain is deterministic; take the value as an argument.',
        },
        {
          object: 'process',
          property: 'env',
          message: 'The domain knows no configuration; take it as an argument.',
        },
      ],
    },
  },
];
