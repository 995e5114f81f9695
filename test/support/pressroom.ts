import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PoolClient } from 'pg';
import { Pool } from 'pg';
import type { Answer, ProblemBody, ReportBody } from './bodies';
import { salesDefinition } from './definitions';
import { Program } from './program';
import type { TestDatabase } from './services';
import { createDatabase, redisPrefix, redisUrl } from './services';
import { until } from './until';

interface Options {
  /** Worker processes that are started at once; 1 by default. */
  workers?: number;
  /** Settings of the API and of the workers; asked for when a program is started. */
  env?: () => NodeJS.ProcessEnv;
}

interface Call {
  headers?: Record<string, string>;
  /** An object is sent as JSON, text and bytes as they are. */
  body?: object | string | Uint8Array;
  /** API key; null sends none. The key of the default tenant where nothing is said. */
  key?: string | null;
  /** Ends the wait for an answer. */
  signal?: AbortSignal;
  /** Where the API is; the one that was started last where nothing is said. */
  url?: string;
}

const root = join(__dirname, '..', '..');

/** Short times, so that recovery is seen within a test. */
const impatient = {
  LOG_LEVEL: 'warn',
  PRESSROOM_SECRET: 'a secret of the tests, at least 32 characters long',
  PRESSROOM_RENDER_CONCURRENCY: '1',
  PRESSROOM_DATABASE_POOL: '5',
  PRESSROOM_ALLOW_DATA_LOSS: 'true', // the Postgres of the tests
  PRESSROOM_LEASE: '10s',
  PRESSROOM_HEARTBEAT: '1s',
  PRESSROOM_RESCUE_INTERVAL: '500ms',
  PRESSROOM_DISPATCH_INTERVAL: '200ms',
  PRESSROOM_REDISPATCH_AFTER: '2s',
  PRESSROOM_CLEAN_INTERVAL: '500ms',
  PRESSROOM_RETRY_BACKOFF: '100ms',
  PRESSROOM_SHUTDOWN_GRACE: '1s',
  PRESSROOM_DRAIN_DELAY: '0s',
};

/** Starts the service before the tests of a file and stops it after them, whatever became of them. */
export function usePressroom(options: Options = {}): Pressroom {
  const pressroom = new Pressroom(options);
  beforeAll(() => pressroom.start());
  afterAll(() => pressroom.stop());
  return pressroom;
}

/** The service as its compiled processes, with a database, a storage and a corner of Redis of its own. */
export class Pressroom {
  url = '';
  /** A key of the tenant `default`, with every scope. */
  key = '';
  api!: Program;
  readonly workers: Program[] = [];
  private directory = '';
  private database!: TestDatabase;
  private pool!: Pool;
  private readonly programs: Program[] = [];
  private readonly lastSteps: (() => unknown)[] = [];
  private readonly stopping = new AbortController();

  constructor(private readonly options: Options) {}

  get storageDirectory(): string {
    return join(this.directory, 'storage');
  }

  /** Where workers keep what they are rendering. */
  get temporaryDirectory(): string {
    return this.directory;
  }

  /** Of the database itself, whatever way the programs take to it. */
  get databaseUrl(): string {
    return this.database.url;
  }

  /** Aborts when the tests are over: what a failed one has left running must end, too. */
  get ending(): AbortSignal {
    return this.stopping.signal;
  }

  async start(): Promise<void> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-e2e-'));
    this.directory = directory;
    this.atEnd(() => rm(directory, { recursive: true, force: true }));
    const database = await createDatabase();
    this.database = database;
    this.atEnd(() => database.drop());
    const pool = new Pool({ connectionString: database.url, max: 2 });
    pool.on('error', () => undefined); // Postgres was taken away by a test: the next query takes another connection
    this.pool = pool;
    this.atEnd(() => pool.end());
    const workers = Array.from({ length: this.options.workers ?? 1 }, () => this.startWorker());
    const started = await Promise.allSettled([this.createKey(), this.startApi(), ...workers]);
    for (const result of started) if (result.status === 'rejected') throw result.reason;
    this.key = (started[0] as PromiseFulfilledResult<string>).value;
  }

  /** Something to be undone when the tests are over: the last one first. */
  atEnd(step: () => unknown): void {
    this.lastSteps.push(step);
  }

  /** Undoes everything, also when a part of that fails, and only then throws. */
  async stop(): Promise<void> {
    this.stopping.abort();
    const errors: unknown[] = [];
    for (const step of this.lastSteps.splice(0).reverse()) {
      try {
        await step();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, errors.map(String).join('\n'));
  }

  async startApi(env: NodeJS.ProcessEnv = {}): Promise<Program> {
    const { program, url } = await this.launch('main', env);
    this.api = program;
    this.url = url!;
    return program;
  }

  async startWorker(env: NodeJS.ProcessEnv = {}): Promise<Program> {
    const { program } = await this.launch('worker', env);
    this.workers.push(program);
    return program;
  }

  /** Makes a key as an operator would. */
  async createKey(tenant = 'default'): Promise<string> {
    return (await this.cli('keys', 'create', '--name', 'test', '--tenant', tenant)).trim();
  }

  /** Runs a command that must succeed, as an operator would; returns what it prints. */
  async cli(...command: string[]): Promise<string> {
    const args = [join(root, 'dist', 'cli.js'), ...command];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env: this.environment({}) });
    return stdout;
  }

  async call<T = ProblemBody>(
    method: string,
    path: string,
    { headers, body, key, signal, url = this.url }: Call = {},
  ): Promise<Answer<T>> {
    const isJson = typeof body === 'object' && !(body instanceof Uint8Array);
    const allHeaders = new Headers({ ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers });
    if (key !== null) allHeaders.set('authorization', `Bearer ${key ?? this.key}`);
    const response = await fetch(url + path, {
      method,
      headers: allHeaders,
      body: isJson ? JSON.stringify(body) : (body ?? null),
      redirect: 'manual',
      signal: signal ?? null,
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const text = bytes.toString();
    return {
      status: response.status,
      headers: response.headers,
      bytes,
      text,
      get body(): T {
        return JSON.parse(text) as T;
      },
    };
  }

  submit(body: object | string, headers: Record<string, string> = {}, key?: string): Promise<Answer<ReportBody>> {
    const json = { 'content-type': 'application/json', ...headers };
    return this.call('POST', '/v1/reports', { body, headers: json, key });
  }

  /** Submits a request that must be accepted; returns the report's id. */
  async accept(body: object, headers: Record<string, string> = {}, key?: string): Promise<string> {
    const answer = await this.submit(body, headers, key);
    if (answer.status !== 202) throw new Error(`The request was not accepted: ${answer.status} ${answer.text}`);
    return answer.body.id;
  }

  /** Registers a definition under its own name. */
  async putTemplate(definition: { name: string } = salesDefinition, key?: string): Promise<void> {
    const answer = await this.call('PUT', `/v1/templates/${definition.name}`, { body: definition, key });
    if (answer.status >= 300) throw new Error(`The template was refused: ${answer.status} ${answer.text}`);
  }

  /** Uploads rows that must be taken; returns the upload's id. */
  async upload(rows: string, mediaType = 'text/csv', key?: string): Promise<string> {
    const headers = { 'content-type': mediaType };
    const answer = await this.call<{ id: string }>('POST', '/v1/uploads', { body: rows, headers, key });
    if (answer.status !== 201) throw new Error(`The upload was refused: ${answer.status} ${answer.text}`);
    return answer.body.id;
  }

  async report(id: string): Promise<ReportBody> {
    return (await this.call<ReportBody>('GET', `/v1/reports/${id}`)).body;
  }

  /** Follows a report until it has the status; throws at once when it has ended with another. */
  async waitFor(id: string, status: ReportBody['status'], key?: string): Promise<ReportBody> {
    let last = '';
    return until(`report ${id} is ${status}`, async () => {
      const { body, text } = await this.call<ReportBody>('GET', `/v1/reports/${id}`, { key });
      last = text;
      if (body.status === status) return body;
      if (!['queued', 'running', 'succeeded'].includes(body.status))
        throw new Error(`The report is not ${status} but: ${text}`);
      return undefined;
    }).catch((error: unknown) => {
      throw new Error([String(error), last, this.output].join('\n'));
    });
  }

  async query<T extends object>(sql: string, parameters: unknown[] = []): Promise<T[]> {
    return (await this.pool.query<T>(sql, parameters)).rows;
  }

  /** The workers that have not ended. */
  get liveWorkers(): Program[] {
    return this.workers.filter((worker) => worker.isRunning);
  }

  /** Does something while no worker can act: else one may have ended a render before the answer about it is made. */
  async whileWorkersAreFrozen<T>(action: () => Promise<T>): Promise<T> {
    const workers = this.liveWorkers;
    for (const worker of workers) worker.kill('SIGSTOP');
    try {
      return await action();
    } finally {
      for (const worker of workers) worker.kill('SIGCONT');
    }
  }

  /** What all programs have printed, for the message of a failed test. */
  get output(): string {
    return this.programs.map((program) => `--- ${program.name} ${program.pid}\n${program.output}`).join('\n');
  }

  /** A connection to the database, to be released, for what needs a transaction of its own. */
  connect(): Promise<PoolClient> {
    return this.pool.connect();
  }

  /** Paths of the stored objects below a folder of the storage, unfinished ones included. */
  async storedObjects(folder: 'reports' | 'uploads'): Promise<string[]> {
    const entries = await readdir(join(this.storageDirectory, folder), { recursive: true, withFileTypes: true }).catch(
      (error: unknown) => {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
        throw error;
      },
    );
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  }

  private environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return {
      ...impatient,
      HOST: '127.0.0.1',
      PORT: '0',
      DATABASE_URL: this.database.url,
      REDIS_URL: redisUrl,
      PRESSROOM_REDIS_PREFIX: redisPrefix,
      PRESSROOM_STORAGE_DIR: this.storageDirectory,
      PRESSROOM_TEMP_DIR: this.temporaryDirectory,
      ...this.options.env?.(),
      ...env,
    };
  }

  private async launch(name: string, env: NodeJS.ProcessEnv): Promise<{ program: Program; url: string | undefined }> {
    this.ending.throwIfAborted();
    const program = Program.start(name, this.environment(env));
    this.programs.push(program);
    this.atEnd(() => program.stop());
    const { url } = (await program.ready()) as { url?: string };
    return { program, url };
  }
}
