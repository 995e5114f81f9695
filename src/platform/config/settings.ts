/**
 * Every setting of the service, in one table. docs/configuration.md and .env.example are generated from it,
 * and nothing else reads the environment.
 */
export interface Setting {
  /** Environment variable. A secret may also come from a file: `<env>_FILE` names it. */
  env: string;
  type: 'url' | 'text' | 'integer' | 'duration' | 'size' | 'choice';
  /** Written as an operator would write it; absent means required by the processes that use it. */
  default?: string;
  choices?: readonly string[];
  /** Of a URL. */
  schemes?: readonly string[];
  example?: string;
  min?: number;
  max?: number;
  secret?: boolean;
  doc: string;
}

export const settings = {
  databaseUrl: {
    env: 'DATABASE_URL',
    type: 'url',
    schemes: ['postgres', 'postgresql'],
    example: 'postgres://user:password@host:5432/name',
    secret: true,
    doc: 'Postgres 15 or newer, `postgres://user:password@host:5432/name`. The truth about every report.',
  },
  redisUrl: {
    env: 'REDIS_URL',
    type: 'url',
    schemes: ['redis', 'rediss'],
    example: 'redis://host:6379/0',
    secret: true,
    doc: 'Redis 6.2 or newer or Valkey, `redis://host:6379/0`. Wakes the workers; may be lost at any time.',
  },
  redisPrefix: {
    env: 'PRESSROOM_REDIS_PREFIX',
    type: 'text',
    default: 'pressroom',
    doc: 'Prefix of every key in Redis, for instances that share one server.',
  },
  databasePool: {
    env: 'PRESSROOM_DATABASE_POOL',
    type: 'integer',
    default: '10',
    min: 2,
    max: 500,
    doc: 'Postgres connections of one process.',
  },
  host: {
    env: 'HOST',
    type: 'text',
    default: '127.0.0.1',
    doc: 'Address that the API listens on; `0.0.0.0` in a container.',
  },
  port: {
    env: 'PORT',
    type: 'integer',
    default: '3000',
    min: 0,
    max: 65_535,
    doc: 'Port of the API; 0 takes any free one.',
  },
  logLevel: {
    env: 'LOG_LEVEL',
    type: 'choice',
    default: 'info',
    choices: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
    doc: 'Lowest level that is logged, as JSON lines on standard output.',
  },
  storage: {
    env: 'PRESSROOM_STORAGE',
    type: 'choice',
    default: 'local',
    choices: ['local', 's3'],
    doc: 'Where finished files and uploads lie: in a directory, or in a bucket of S3 or a server that speaks its protocol.',
  },
  storageDirectory: {
    env: 'PRESSROOM_STORAGE_DIR',
    type: 'text',
    default: '.pressroom/storage',
    doc: 'Directory of finished files and uploads. API and workers must see the same one.',
  },
  s3Bucket: {
    env: 'PRESSROOM_S3_BUCKET',
    type: 'text',
    default: '',
    doc:
      'Bucket of the storage `s3`. Credentials come from where the AWS SDK looks for them, such as ' +
      '`AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` or the role of the machine.',
  },
  s3Prefix: {
    env: 'PRESSROOM_S3_PREFIX',
    type: 'text',
    default: '',
    doc: 'Put before every key in the bucket, such as `pressroom/`.',
  },
  s3Region: { env: 'PRESSROOM_S3_REGION', type: 'text', default: 'us-east-1', doc: 'Region of the bucket.' },
  s3Endpoint: {
    env: 'PRESSROOM_S3_ENDPOINT',
    type: 'text',
    default: '',
    doc: "URL of a server other than Amazon's, such as `https://minio.internal:9000`.",
  },
  s3PathStyle: {
    env: 'PRESSROOM_S3_PATH_STYLE',
    type: 'choice',
    default: 'false',
    choices: ['true', 'false'],
    doc: "`true` puts the bucket's name into the path of a URL instead of its host name, as many servers want it.",
  },
  minFreeSpace: {
    env: 'PRESSROOM_MIN_FREE_SPACE',
    type: 'size',
    default: '1GiB',
    min: 0,
    doc: 'A worker takes no reports while its storage or its temporary directory has less room than this; 0 lets it try.',
  },
  temporaryDirectory: {
    env: 'PRESSROOM_TEMP_DIR',
    type: 'text',
    default: '',
    doc: 'Directory for a render in progress; empty means the one of the operating system.',
  },
  renderConcurrency: {
    env: 'PRESSROOM_RENDER_CONCURRENCY',
    type: 'integer',
    default: '2',
    min: 1,
    max: 64,
    doc: 'Reports that one worker process renders at once, each in a thread of its own.',
  },
  renderHeap: {
    env: 'PRESSROOM_RENDER_HEAP',
    type: 'size',
    default: '256MiB',
    min: 32 * 2 ** 20,
    doc: 'Heap limit of one render thread; a report that needs more fails with `render_out_of_memory`.',
  },
  renderTimeout: {
    env: 'PRESSROOM_RENDER_TIMEOUT',
    type: 'duration',
    default: '10m',
    min: 100,
    doc: 'Longest run of one attempt; a longer one is ended with `render_timeout`.',
  },
  maxRows: {
    env: 'PRESSROOM_MAX_ROWS',
    type: 'integer',
    default: '10000000',
    min: 1,
    doc: 'Most rows that one report may read; more fail with `data_too_large`.',
  },
  maxPages: {
    env: 'PRESSROOM_MAX_PAGES',
    type: 'integer',
    default: '500000',
    min: 1,
    doc: 'Most pages of one report; more fail with `output_too_large`.',
  },
  maxFileSize: {
    env: 'PRESSROOM_MAX_FILE_SIZE',
    type: 'size',
    default: '4GiB',
    min: 1,
    doc: 'Largest finished file; a larger one fails with `output_too_large`.',
  },
  maxAttempts: {
    env: 'PRESSROOM_MAX_ATTEMPTS',
    type: 'integer',
    default: '3',
    min: 1,
    max: 10,
    doc: 'Failures after which a report is failed for good.',
  },
  lease: {
    env: 'PRESSROOM_LEASE',
    type: 'duration',
    default: '30s',
    min: 500,
    doc: 'How long a worker may be silent before its report is given to another.',
  },
  heartbeat: {
    env: 'PRESSROOM_HEARTBEAT',
    type: 'duration',
    default: '10s',
    min: 100,
    doc: 'Interval at which a worker renews its lease; at most a third of the lease.',
  },
  dispatchInterval: {
    env: 'PRESSROOM_DISPATCH_INTERVAL',
    type: 'duration',
    default: '1s',
    min: 50,
    doc: 'Interval of the loop that rings for reports that nobody rang for yet, or that are due again.',
  },
  redispatchAfter: {
    env: 'PRESSROOM_REDISPATCH_AFTER',
    type: 'duration',
    default: '5s',
    min: 100,
    doc: 'Time after which a queued report is rung for again when rings were lost, as when Redis was emptied.',
  },
  tenantWindow: {
    env: 'PRESSROOM_TENANT_WINDOW',
    type: 'integer',
    default: '10',
    min: 1,
    max: 1_000,
    doc: 'Reports of one tenant that the workers are rung for ahead; the rest of its backlog waits in Postgres and delays nobody else.',
  },
  rescueInterval: {
    env: 'PRESSROOM_RESCUE_INTERVAL',
    type: 'duration',
    default: '5s',
    min: 50,
    doc: 'Interval of the loop that takes reports back from workers whose lease ran out.',
  },
  cleanInterval: {
    env: 'PRESSROOM_CLEAN_INTERVAL',
    type: 'duration',
    default: '10m',
    min: 50,
    doc: 'Interval of the loop that removes expired files, uploads, records and idempotency keys.',
  },
  sweepInterval: {
    env: 'PRESSROOM_SWEEP_INTERVAL',
    type: 'duration',
    default: '6h',
    min: 50,
    doc: 'Interval of the loop that looks through the whole storage for files that belong to no report and no upload.',
  },
  orphanAge: {
    env: 'PRESSROOM_ORPHAN_AGE',
    type: 'duration',
    default: '24h',
    min: 1_000,
    doc: 'Age from which a stored file that belongs to nothing is removed; longer than any upload or render takes.',
  },
  retryBackoff: {
    env: 'PRESSROOM_RETRY_BACKOFF',
    type: 'duration',
    default: '2s',
    min: 0,
    doc: 'Wait before the second attempt; doubled for each further one, at most 5 minutes.',
  },
  shutdownGrace: {
    env: 'PRESSROOM_SHUTDOWN_GRACE',
    type: 'duration',
    default: '20s',
    min: 0,
    doc: 'How long running renders may go on after SIGTERM before they are handed back.',
  },
  deadline: {
    env: 'PRESSROOM_DEADLINE',
    type: 'duration',
    default: '24h',
    min: 1_000,
    doc: 'Time from acceptance within which a report must be finished, unless the request says otherwise.',
  },
  fileRetention: {
    env: 'PRESSROOM_FILE_RETENTION',
    type: 'duration',
    default: '7d',
    min: 1_000,
    doc: 'How long a finished file can be downloaded, unless the request says otherwise.',
  },
  recordRetention: {
    env: 'PRESSROOM_RECORD_RETENTION',
    type: 'duration',
    default: '30d',
    min: 1_000,
    doc: 'How long a finished report can be looked up.',
  },
  uploadRetention: {
    env: 'PRESSROOM_UPLOAD_RETENTION',
    type: 'duration',
    default: '24h',
    min: 1_000,
    doc: 'How long an upload is kept; longer while a queued or running report needs it.',
  },
  idempotencyRetention: {
    env: 'PRESSROOM_IDEMPOTENCY_RETENTION',
    type: 'duration',
    default: '24h',
    min: 1_000,
    doc: 'How long an `Idempotency-Key` is remembered.',
  },
  maxSubmissionSize: {
    env: 'PRESSROOM_MAX_SUBMISSION_SIZE',
    type: 'size',
    default: '1MiB',
    min: 1_024,
    doc: 'Largest body of a report request or a template, inline data included.',
  },
  maxUploadSize: {
    env: 'PRESSROOM_MAX_UPLOAD_SIZE',
    type: 'size',
    default: '2GiB',
    min: 1_024,
    doc: 'Largest upload.',
  },
  bodyTimeout: {
    env: 'PRESSROOM_BODY_TIMEOUT',
    type: 'duration',
    default: '15s',
    min: 100,
    doc: 'Time within which a JSON or YAML body must have arrived; an upload may pause no longer than this.',
  },
  rateLimit: {
    env: 'PRESSROOM_RATE_LIMIT',
    type: 'integer',
    default: '200',
    min: 1,
    doc: 'Requests per second that one API key may make on average, per API process.',
  },
  rateBurst: {
    env: 'PRESSROOM_RATE_BURST',
    type: 'integer',
    default: '400',
    min: 1,
    doc: 'Requests that one API key may make at once before the rate limit holds.',
  },
  cursorSecret: {
    env: 'PRESSROOM_SECRET',
    type: 'text',
    secret: true,
    doc: 'At least 32 characters; signs list cursors. The same for every API process.',
  },
  home: {
    env: 'PRESSROOM_HOME',
    type: 'text',
    default: '.pressroom',
    doc: '`npm start` and `npm run demo` only: directory of the private Postgres, Redis and files.',
  },
  workers: {
    env: 'WORKERS',
    type: 'integer',
    default: '1',
    min: 0,
    max: 64,
    doc: '`npm start` and `npm run demo` only: number of worker processes.',
  },
} as const satisfies Record<string, Setting>;
