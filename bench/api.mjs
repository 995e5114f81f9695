/** The service as its clients meet it: time from POST to file, accepted requests and finished reports per second. See docs/performance.md. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { cpuOf, cpuOfFamily } from './process-cpu.mjs';
import { makeHome, send, withService } from './running-service.mjs';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { values } = parseArgs({
  options: {
    /** Reports of the idle system, one after another. */
    reports: { type: 'string', default: '200' },
    /** Clients that submit side by side, and for how long. */
    clients: { type: 'string', default: '16' },
    seconds: { type: 'string', default: '8' },
    /** Reports that are waiting when the workers begin. */
    backlog: { type: 'string', default: '1000' },
  },
});
const letter = {
  template: 'letter',
  parameters: { to: 'Zoë' },
};
const definition = {
  pressroom: 1,
  name: 'letter',
  parameters: { type: 'object', additionalProperties: false, properties: { to: { type: 'string' } } },
  body: [{ type: 'heading', level: 1, text: 'Dear ${params.to}' }],
};

const home = makeHome();
try {
  console.log(
    `Node ${process.version}, ${cpus().length} × ${cpus()[0].model}, ${new Date().toISOString().slice(0, 10)}`,
  );
  await withLetters('1', measureIdle);
  await withLetters('0', measureSubmissions);
  await withLetters('1', measureBacklog);
} finally {
  rmSync(home, { recursive: true, force: true });
}

/** The service with a template of one page. */
function withLetters(workers, measure) {
  return withService(home, { WORKERS: workers }, async (service) => {
    await service.call('PUT', '/v1/templates/letter', definition);
    await measure(service);
  });
}

/** Time from the request to the last byte of the file, while nothing else is asked. */
async function measureIdle({ call }) {
  const times = [];
  for (let index = 0; index < Number(values.reports) + 20; index += 1) {
    const started = performance.now();
    const { body } = await call('POST', '/v1/reports', letter);
    const file = `${JSON.parse(body).links.self}/file`;
    while ((await call('GET', file)).status !== 200) await wait(1);
    if (index >= 20) times.push(performance.now() - started); // the first ones warm it up
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.floor(times.length * share)].toFixed(1);
  console.log(`POST to file, idle: median ${at(0.5)} ms, p95 ${at(0.95)} ms (${times.length} reports)`);
}

/**
 * Accepted requests per second, and what the same framework does with nothing but the transaction; and the CPU time that
 * a request takes in the API and in Postgres, which other users of the machine and its disk disturb less.
 */
async function measureSubmissions({ call, databaseUrl, pids }) {
  const server = await startBare(databaseUrl);
  const accepted = { rates: [], cpu: [], ask: () => call('POST', '/v1/reports', letter) };
  const bare = { rates: [], cpu: [], ask: () => send('POST', `${server.url}/v1/reports`, letter) };
  try {
    for (let round = 0; round < 3; round += 1) {
      await hammerMeasured(bare, server.child.pid, pids.postgres);
      await hammerMeasured(accepted, pids.api, pids.postgres);
    }
  } finally {
    server.child.kill();
  }
  const ratio = (Math.max(...accepted.rates) / Math.max(...bare.rates)) * 100;
  const least = ({ cpu }) => Math.min(...cpu.map(({ api, postgres }) => api + postgres));
  console.log(`accepted requests with ${values.clients} clients: ${describe(accepted)}`);
  console.log(`bare transactions: ${describe(bare)}`);
  console.log(
    `best to best: ${ratio.toFixed(0)} % of the rate, by CPU ${((least(bare) / least(accepted)) * 100).toFixed(0)} %`,
  );
}

/** Adds a round's rate, and the milliseconds of CPU a request, to the figures of a server. */
async function hammerMeasured(figures, pid, postgresPid) {
  const [api, postgres] = [cpuOf(pid), cpuOfFamily(postgresPid)];
  const rate = await hammer(figures.ask);
  const count = rate * Number(values.seconds);
  figures.rates.push(rate);
  figures.cpu.push({ api: (cpuOf(pid) - api) / count, postgres: (cpuOfFamily(postgresPid) - postgres) / count });
}

function describe({ rates, cpu }) {
  const rounds = cpu.map(({ api, postgres }) => `${api.toFixed(2)} + ${postgres.toFixed(2)}`);
  return `${rates.map((rate) => rate.toFixed(0)).join(', ')} a second; ms of CPU each, API + Postgres: ${rounds.join(', ')}`;
}

/** Finished reports per second, from a backlog of one tenant. */
async function measureBacklog({ call, databaseUrl }) {
  const database = new pg.Client(databaseUrl);
  await database.connect();
  const finished = async () =>
    Number((await database.query(`SELECT count(*) FROM reports WHERE state = 'succeeded'`)).rows[0].count);
  const before = await finished();
  const count = Number(values.backlog);
  const started = performance.now();
  for (let sent = 0; sent < count; sent += 20)
    await Promise.all(Array.from({ length: Math.min(20, count - sent) }, () => call('POST', '/v1/reports', letter)));
  const submitted = performance.now();
  while ((await finished()) < before + count) await wait(50);
  const ended = performance.now();
  await database.end();
  console.log(
    `backlog: ${count} reports of one page in ${((ended - started) / 1000).toFixed(1)} s, ` +
      `${((count / (ended - started)) * 1000).toFixed(0)} a second (all submitted after ${((submitted - started) / 1000).toFixed(1)} s)`,
  );
}

/** Requests per second of many clients that each wait for an answer before they ask again. */
async function hammer(ask) {
  const end = performance.now() + Number(values.seconds) * 1000;
  let done = 0;
  const client = async () => {
    while (performance.now() < end) {
      const { status } = await ask();
      if (status !== 202) throw new Error(`answered ${status}`);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: Number(values.clients) }, client));
  return done / Number(values.seconds);
}

async function startBare(databaseUrl) {
  const child = spawn(process.execPath, [here('bare-api.mjs')], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the bare API ended with ${code}`);
  });
  const [line] = await Promise.race([once(child.stdout.setEncoding('utf8'), 'data'), ended]);
  ended.catch(() => undefined); // later it is ended by us
  return { child, url: line.trim() };
}
