import type { Setting } from './setting';

/** Settings for those who watch over the service. */
export const operationsSettings = {
  metricsPort: {
    env: 'METRICS_PORT',
    type: 'integer',
    default: '0',
    min: 0,
    max: 65_535,
    doc:
      'Port on which a process serves its metrics at `/metrics`, to anyone who reaches it; 0 serves none. ' +
      'With `npm start` the workers take the ports after it.',
  },
  auditInterval: {
    env: 'PRESSROOM_AUDIT_INTERVAL',
    type: 'duration',
    default: '5m',
    min: 50,
    doc: 'Interval of the loop that looks for reports of which something is not as it must be.',
  },
  prepareStatements: {
    env: 'PRESSROOM_PREPARE_STATEMENTS',
    type: 'choice',
    default: 'true',
    choices: ['true', 'false'],
    doc:
      'Whether Postgres parses and plans frequent statements once for each connection; `false` behind a PgBouncer in ' +
      'transaction mode that is older than 1.21 or has `max_prepared_statements = 0`.',
  },
  allowDataLoss: {
    env: 'PRESSROOM_ALLOW_DATA_LOSS',
    type: 'choice',
    default: 'false',
    choices: ['true', 'false'],
    doc:
      '`true` lets a process start with a Postgres whose `fsync`, `full_page_writes` or `synchronous_commit` is off, ' +
      'which may lose reports that were accepted; for tests.',
  },
} as const satisfies Record<string, Setting>;
