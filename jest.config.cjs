const { mkdirSync } = require('node:fs');
const { join } = require('node:path');

// `npm test` writes its result here, and Jest does not make the directory, which `npm ci` takes away.
mkdirSync(join(__dirname, 'node_modules', '.cache', 'pressroom'), { recursive: true });

/**
 * Five kinds of test. Integration, e2e and faults share one private Postgres and one private Redis, which Jest starts
 * only when a test of such a project is run. Faults are run by `npm run test:faults`, one file at a time.
 */
const transform = {
  '^.+\\.[cm]?[jt]s$': [
    '@swc/jest',
    {
      jsc: {
        parser: { syntax: 'typescript', decorators: true },
        transform: { legacyDecorator: true, decoratorMetadata: true },
        target: 'es2022',
        keepClassNames: true,
      },
      module: { type: 'commonjs' },
      sourceMaps: 'inline',
    },
  ],
};

const services = {
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
};

const project = (displayName, testMatch, options = {}) => ({
  displayName,
  testMatch,
  testEnvironment: 'node',
  transform,
  // Published as ES modules only, which Jest cannot require on Node 20: turned into CommonJS like our own sources.
  transformIgnorePatterns: ['/node_modules/(?!(@marcbachmann/cel-js)/)'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  ...options,
});

module.exports = {
  testTimeout: 300_000,
  maxWorkers: 2,
  projects: [
    project('unit', ['<rootDir>/src/**/*.spec.ts', '<rootDir>/test/docs/**/*.spec.ts']),
    project('integration', ['<rootDir>/test/integration/**/*.spec.ts'], services),
    project('e2e', ['<rootDir>/test/e2e/**/*.spec.ts'], services),
    project('faults', ['<rootDir>/test/faults/**/*.spec.ts'], services),
    project('golden', ['<rootDir>/test/golden/**/*.spec.ts']),
  ],
};
