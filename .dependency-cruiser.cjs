/**
 * The rooms of the house and who may visit whom (docs/architecture.md).
 * A line may name only rooms that stand above it, so imports always go down and never in a circle.
 */
const rooms = {
  platform: [],
  engine: [],
  storage: ['platform'],
  auth: ['platform'],
  'data-sources': ['storage', 'auth', 'platform'],
  webhooks: ['auth', 'platform'],
  templates: ['engine', 'data-sources', 'auth', 'platform'],
  reports: ['templates', 'webhooks', 'data-sources', 'storage', 'auth', 'engine', 'platform'],
  rendering: ['reports', 'templates', 'data-sources', 'storage', 'engine', 'platform'],
  operations: ['auth', 'storage', 'platform'],
  embedded: ['platform'],
  cli: ['engine', 'auth', 'data-sources', 'platform'],
};

const engineRooms = {
  model: [],
  values: ['model'],
  text: ['model'],
  elements: ['values', 'text', 'model'],
  outputs: ['text', 'model'],
  definition: ['elements', 'values', 'model'],
  bind: ['elements', 'values', 'model'],
  layout: ['elements', 'text', 'model'],
};

const importsOnlyBelow = (base, table) =>
  Object.entries(table).map(([room, below]) => ({
    name: `${room}-imports-only-below`,
    severity: 'error',
    from: { path: `^${base}/${room}/`, pathNot: '\\.(spec|contract)\\.ts$' },
    to: { path: `^${base}/`, pathNot: `^${base}/(${[room, ...below].join('|')})/` },
  }));

/** Elements, outputs and drivers are added as one folder each, so neighbours stay unknown to each other. */
const neighboursAreStrangers = (parent) => ({
  name: `strangers-in-${parent.replace('src/', '').replaceAll('/', '-')}`,
  severity: 'error',
  from: { path: `^${parent}/([^/]+)/` },
  to: { path: `^${parent}/`, pathNot: [`^${parent}/$1/`, `^${parent}/[^/]+\\.ts$`] },
});

const libraryOnlyIn = (name, ...places) => ({
  name: `${name.replace(/\W/g, '')}-in-its-place`,
  severity: 'error',
  from: { path: '^src/', pathNot: places },
  to: { path: `^(node_modules/)?${name}(/|$)` },
});

module.exports = {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...importsOnlyBelow('src', rooms),
    ...importsOnlyBelow('src/engine', engineRooms),
    ...['src/engine/elements', 'src/engine/outputs', 'src/storage/drivers', 'src/data-sources/drivers'].map(
      neighboursAreStrangers,
    ),
    {
      name: 'engine-by-its-front-door',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/engine/' },
      to: { path: '^src/engine/', pathNot: '^src/engine/index\\.ts$' },
    },
    {
      name: 'engine-is-plain-typescript',
      severity: 'error',
      from: { path: '^src/engine/' },
      to: { path: '^(node_modules/)?(@nestjs|typeorm|bull|pg|ioredis|fastify)(/|$)' },
    },
    libraryOnlyIn('pdfkit', '^src/engine/outputs/pdf/', '^src/engine/text/'),
    libraryOnlyIn('bull', '\\.processor\\.ts$', '^src/platform/queue/', '^src/operations/'),
    libraryOnlyIn('ioredis', '^src/platform/queue/', '^src/embedded/'),
    libraryOnlyIn('@aws-sdk', '^src/storage/drivers/s3/'),
    libraryOnlyIn('pg', '^src/platform/database/', '^src/embedded/'),
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.(spec|contract)\\.ts$' },
      to: { path: '^test/|\\.(spec|contract)\\.ts$' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.check.json' },
    doNotFollow: { path: 'node_modules' },
  },
};
