'use strict';

// The layers of docs/architecture.md, as rules: `http → service → persistence → PostgreSQL`, with a pure domain in
// the middle. Every rule is anchored on folders, so that moving a file is enough to change what it may import.
// scripts/ci/layers.test.ts breaks each of these rules once, so that none of them can pass by matching nothing.

const API = '^apps/idempotency-api/src';
const FEATURES = '(?:audit|deduplication|events|health|idempotency|retention)';
const HTTP = `${API}.*/http/`;
const PERSISTENCE = `${API}.*/persistence/`;
const MODULE_FILE = String.raw`\.module\.ts$`;

/** The generated Prisma client and the packages that speak to PostgreSQL, wherever pnpm keeps them. */
const DATABASE_CLIENTS = [`${API}/generated/`, '(?:^|/)node_modules/(?:@prisma|@types/pg|pg|prisma)/'];

/** What is loaded only where it is configured. */
const OPTIONAL_PARTS = `${API}/infrastructure/(?:tracing/(?:tracing|otlp)|redis/redis-connection)${String.raw`\.ts$`}`;

/** Tests may reach for anything; these rules are about what is shipped. */
const SHIPPED = '^(?:apps|packages|examples)/[^/]+/src/';

const layers = [
  {
    name: 'domain-is-pure',
    severity: 'error',
    comment:
      'The domain is decisions as functions of their arguments. It can be tested without a server and read without ' +
      'knowing one, only as long as it imports nothing but itself, the contract, and the two means of fingerprints.',
    from: { path: `${API}.*/domain/` },
    to: {
      pathNot: [
        `${API}.*/domain/`,
        // The strict JSON reader: as pure as the domain, and shared with the HTTP boundary.
        `${API}/json/`,
        '(?:^|/)node_modules/@infra-services/idempotency-contract/',
        '^(?:node:)?crypto$',
        '(?:^|/)node_modules/canonicalize/',
      ],
    },
  },
  {
    name: 'only-persistence-knows-the-database',
    severity: 'error',
    comment:
      'SQL and Prisma stay where a reader looks for them: every statement that can break a guarantee is in one of ' +
      'these folders, and the database can be upgraded or replaced by editing them alone.',
    from: {
      path: API,
      pathNot: [
        `${API}/(?:idempotency|deduplication)/persistence/`,
        `${API}/(?:retention|audit)/`,
        `${API}/infrastructure/database/`,
        `${API}/generated/`,
      ],
    },
    to: { path: DATABASE_CLIENTS },
  },
  {
    name: 'http-goes-through-services',
    severity: 'error',
    comment:
      'A controller that reads or writes the database by itself goes around the decision, the metrics and the audit ' +
      'that the service guarantees.',
    from: { path: HTTP },
    to: { path: [PERSISTENCE, `${API}/infrastructure/database/`] },
  },
  {
    name: 'services-know-no-http',
    severity: 'error',
    comment:
      'Services throw classified errors and return decisions; turning them into statuses and headers is the work of ' +
      'http/ alone. Only the module file, which wires a feature, sees both. (health/ is HTTP through and through.)',
    from: { path: `${API}/${FEATURES}/`, pathNot: [HTTP, PERSISTENCE, MODULE_FILE, `${API}/health/`] },
    to: { path: HTTP },
  },
  {
    name: 'persistence-is-the-lowest-layer',
    severity: 'error',
    comment:
      'Persistence executes and does not decide: it is called by services and never calls back, so that a ' +
      'transaction cannot come to wait for something above it.',
    from: { path: PERSISTENCE },
    to: { path: [HTTP, `${API}/${FEATURES}/[^/]+${String.raw`\.service\.ts$`}`, MODULE_FILE] },
  },
  {
    name: 'infrastructure-knows-no-feature',
    severity: 'error',
    comment:
      'Infrastructure is what features stand on. Were it to import one, no feature could be read, tested or moved ' +
      'to a service of its own without all others.',
    from: { path: `${API}/infrastructure/` },
    to: { path: `${API}/${FEATURES}/` },
  },
  {
    name: 'what-few-services-use-is-loaded-by-those',
    severity: 'error',
    comment:
      'Tracing and Redis are off unless they are configured, and bring 200 modules along: imported as types, and loaded by `await ' +
      'import` where they are on, they cost nobody else a start.',
    from: { path: API, pathNot: OPTIONAL_PARTS },
    to: {
      path: [OPTIONAL_PARTS, '(?:^|/)node_modules/(?:@opentelemetry|ioredis|cockatiel)/'],
      dependencyTypesNot: ['type-only'],
      dynamic: false,
    },
  },
  {
    name: 'packages-never-import-apps',
    severity: 'error',
    comment: 'Packages are installed by others, who have neither the service nor the examples.',
    from: { path: '^packages/' },
    to: { path: ['^(?:apps|examples)/', '^@infra-services/(?:idempotency-api|example-)'] },
  },
  {
    name: 'contract-stands-alone',
    severity: 'error',
    comment:
      'Every client in every runtime carries the contract, so it brings nothing along: no package and no module of Node.',
    from: { path: '^packages/idempotency-contract/src/' },
    to: { pathNot: '^packages/idempotency-contract/src/' },
  },
  {
    name: 'packages-are-used-by-name',
    severity: 'error',
    comment:
      "A relative path into another package goes around its `exports`, and works only in this repository's layout.",
    from: { path: '^((?:apps|packages|examples)/[^/]+)/' },
    to: { path: '^(?:apps|packages|examples)/', pathNot: ['^$1/', '/node_modules/'] },
  },
];

const hygiene = [
  {
    name: 'no-circular',
    severity: 'error',
    comment:
      'In a cycle no file can be understood, loaded or tested before the others. Type-only cycles count: they are two ' +
      'ideas that have not been told apart yet.',
    from: {},
    to: { circular: true },
  },
  {
    name: 'no-orphans',
    severity: 'error',
    comment: 'A file that imports nothing and that nothing imports is dead, or its test was forgotten.',
    from: {
      orphan: true,
      pathNot: [
        String.raw`\.d\.ts$`,
        String.raw`(?:^|/)[^/]+\.config\.(?:ts|mts|mjs|cjs|js)$`,
        '/dist/',
        '/generated/',
      ],
    },
    to: {},
  },
  {
    name: 'not-to-unresolvable',
    severity: 'error',
    comment: 'The import leads nowhere (`pnpm build` first: packages are resolved to what they publish).',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-dev-dependency-from-src',
    severity: 'error',
    comment: 'It is not installed where the code runs: it works here and fails in production.',
    from: { path: SHIPPED },
    // A peer is brought by whoever installs the package; for our own tests it is a development dependency too.
    to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm-peer'] },
  },
  {
    name: 'no-undeclared-dependency',
    severity: 'error',
    comment: "It works only because another package's dependency happens to lie on the path.",
    from: { path: SHIPPED },
    to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] },
  },
  {
    name: 'src-imports-no-test',
    severity: 'error',
    comment: 'Tests are not shipped, and what only tests need does not belong into what is.',
    from: { path: SHIPPED },
    to: { path: '^(?:apps|packages|examples)/[^/]+/test/' },
  },
];

module.exports = {
  forbidden: [...layers, ...hygiene],
  options: {
    // Type-only imports are dependencies too: who names Prisma's types depends on Prisma.
    tsPreCompilationDeps: true,
    // A package of ours stays what its importer calls it, node_modules/@infra-services/…, so that the rules on declared
    // dependencies hold for it too; the real path would make it look like a file next door.
    preserveSymlinks: true,
    doNotFollow: { path: ['(?:^|/)node_modules/', '/dist/', '/generated/'] },
    exclude: { path: ['(?:^|/)coverage/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
      mainFields: ['main', 'types'],
    },
  },
};
