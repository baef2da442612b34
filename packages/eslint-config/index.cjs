'use strict';

const js = require('@eslint/js');
const prettier = require('eslint-config-prettier/flat');
const tseslint = require('typescript-eslint');

const commentsGiveReasons = require('./rules/comments-give-reasons.cjs');

// Node's globals that plain JavaScript here may use. TypeScript files do not need the list: the compiler knows.
const NODE_GLOBALS = Object.fromEntries(
  [
    'AbortSignal',
    'Buffer',
    'URL',
    'clearTimeout',
    'console',
    'fetch',
    'performance',
    'process',
    'setTimeout',
  ].map((name) => [name, 'readonly']),
);

/** What holds in every file, JavaScript or TypeScript. */
const everywhere = {
  name: 'infra-services/everywhere',
  plugins: { 'infra-services': { rules: { 'comments-give-reasons': commentsGiveReasons } } },
  linterOptions: { reportUnusedDisableDirectives: 'error', reportUnusedInlineConfigs: 'error' },
  rules: {
    'infra-services/comments-give-reasons': 'error',
    eqeqeq: ['error', 'always'],
    // Services log through the logger, which redacts and adds the request id. `scripts` below may print.
    'no-console': 'error',
    'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
    // A named export has one name in the whole repository, so that a search finds every use of it.
    'no-restricted-exports': [
      'error',
      {
        restrictDefaultExports: {
          direct: true,
          named: true,
          defaultFrom: true,
          namedFrom: true,
          namespaceFrom: true,
        },
      },
    ],
  },
};

const namingConvention = [
  'error',
  { selector: 'typeLike', format: ['PascalCase'] },
  // No IThing: the name says what it is, not which keyword declared it.
  { selector: 'interface', format: ['PascalCase'], custom: { regex: '^I[A-Z][a-z]', match: false } },
  // PascalCase for decorators, which are values that are written like types.
  { selector: 'function', format: ['camelCase', 'PascalCase'] },
  { selector: 'variable', format: ['camelCase', 'UPPER_CASE', 'PascalCase'] },
  { selector: 'variable', modifiers: ['destructured'], format: null },
  // `{ unwanted: _, ...rest }`: the name for what is left out.
  { selector: 'variable', filter: '^_$', format: null },
  { selector: 'parameter', format: ['camelCase'], leadingUnderscore: 'allow' },
  { selector: 'parameter', modifiers: ['destructured'], format: null },
  { selector: 'classMethod', format: ['camelCase'] },
  { selector: 'classProperty', format: ['camelCase', 'UPPER_CASE'] },
];

const typescriptRules = {
  name: 'infra-services/typescript',
  rules: {
    '@typescript-eslint/consistent-type-imports': 'error',
    '@typescript-eslint/no-import-type-side-effects': 'error',
    '@typescript-eslint/no-explicit-any': 'error',
    // A promise that nobody awaits is a failure that nobody hears.
    '@typescript-eslint/no-floating-promises': 'error',
    // A new kind of decision must fail to compile wherever decisions are told apart; a `default` would swallow it.
    '@typescript-eslint/switch-exhaustiveness-check': [
      'error',
      { allowDefaultCaseForExhaustiveSwitch: false, requireDefaultForNonUnion: true },
    ],
    '@typescript-eslint/naming-convention': namingConvention,
    // NestJS modules are classes that only carry a decorator.
    '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
    '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    '@typescript-eslint/no-unnecessary-condition': [
      'error',
      { allowConstantLoopConditions: 'only-allowed-literals' },
    ],
    '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
    '@typescript-eslint/prefer-readonly': 'error',
    // NestJS and Fastify declare bags of options as classes and expect literals.
    '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
    // `{ [header: string]: string }` says what its keys are, which `Record<string, string>` cannot.
    '@typescript-eslint/consistent-indexed-object-style': 'off',
    // Numbers read well in messages; objects, null and undefined do not.
    '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
  },
};

/**
 * The rules for TypeScript and JavaScript, types included.
 *
 * @param {{ rootDir: string, filesWithoutProject?: string[] }} options `filesWithoutProject` lists the TypeScript
 *   files that no tsconfig.json above them includes; each costs lint time, so keep it to root configuration.
 */
function typescript({ rootDir, filesWithoutProject = [] }) {
  const languageOptions = {
    parserOptions: {
      projectService: { allowDefaultProject: filesWithoutProject, defaultProject: 'tsconfig.base.json' },
      tsconfigRootDir: rootDir,
    },
  };
  const typed = [
    ...tseslint.configs.strictTypeChecked,
    ...tseslint.configs.stylisticTypeChecked,
    { ...typescriptRules, languageOptions },
  ];
  return [
    js.configs.recommended,
    ...typed.map((config) => ({ ...config, files: ['**/*.ts', '**/*.mts', '**/*.cts'] })),
    { files: ['**/*.js', '**/*.mjs', '**/*.cjs'], languageOptions: { globals: NODE_GLOBALS } },
    { files: ['**/*.cjs'], languageOptions: { globals: { __dirname: 'readonly' } } },
    everywhere,
    prettier,
  ];
}

/** Tests may take for granted what the test itself has just arranged; `any` and lost promises stay refused. */
const tests = {
  name: 'infra-services/tests',
  rules: {
    '@typescript-eslint/no-non-null-assertion': 'off',
    '@typescript-eslint/no-empty-function': 'off',
    '@typescript-eslint/only-throw-error': 'off',
    '@typescript-eslint/require-await': 'off',
    '@typescript-eslint/unbound-method': 'off',
    // `expect.any(String)` and a response's `json()` are `any` by their own declaration.
    '@typescript-eslint/no-unsafe-assignment': 'off',
    '@typescript-eslint/no-unsafe-member-access': 'off',
  },
};

/** Programs that people and CI run: standard output is their interface. */
const scripts = { name: 'infra-services/scripts', rules: { 'no-console': 'off' } };

/** Configuration files of tools which ask for a default export. */
const toolConfiguration = {
  name: 'infra-services/tool-configuration',
  rules: { 'no-restricted-exports': 'off' },
};

module.exports = { typescript, tests, scripts, toolConfiguration };
