import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inheritedEnvironment, loadEmbeddedConfig } from '../platform/config/config';
import type { DemoClient, Report } from './demo-client';
import { demoClient } from './demo-client';
import { launch } from './launch';
import { runCommandLine } from './lifetime';
import { Problem } from './problem';
import { programs, projectRoot } from './programs';
import { ProgressBar } from './progress-bar';
import { say, tell } from './tell';

const template = 'wildlife-strikes';
const fileName = `${template}.pdf`;
const pollMs = 100;
/** It takes seconds: longer than this, something is wrong that the status does not tell. */
const patienceMs = 120_000;

/** `npm run demo`: starts everything, makes one report of 10,000 rows through the public API, and stops everything. */
void runCommandLine(async (lifetime) => {
  const config = loadEmbeddedConfig();
  const env = inheritedEnvironment();
  say('\nPressroom demo\n');
  const pressroom = await launch({
    config: { ...config, workers: Math.max(1, config.workers) },
    env,
    programs,
    anyPort: env.PORT === undefined || env.PORT === '',
    tell,
    lifetime,
  });
  const client = demoClient(pressroom.url, pressroom.apiKey, lifetime.interrupted);

  say('');
  const upload = await registerSample(client);
  const startedAt = performance.now();
  const location = await requestReport(client, upload);
  const report = await untilFinished(client, location, lifetime.interrupted);
  const { size, digest } = await client.download(`${location}/file`, fileName);
  const tookMs = Math.round(performance.now() - startedAt);
  tell('GET', `${location}/file`);
  tell('', `sha-256 ${digest.slice(0, 16)}… equals Repr-Digest`);

  const pages = report.file?.pages?.toLocaleString('en') ?? '?';
  say(
    `\n${fileName}: ${pages} pages, ${size.toLocaleString('en')} bytes, ${tookMs.toLocaleString('en')} ms from POST to file`,
  );
  return 0;
});

/** Registers the template and uploads its rows; returns the id of the upload. */
async function registerSample(client: DemoClient): Promise<string> {
  const [definition, data] = ['definition.yaml', 'data.csv'].map((name) =>
    join(projectRoot, 'templates', template, name),
  ) as [string, string];
  for (const path of [definition, data]) if (!existsSync(path)) throw new Problem(`${path} is missing.`);

  const body = { type: 'application/yaml', content: readFileSync(definition, 'utf8') };
  const registered = await client.call('PUT', `/v1/templates/${template}`, body);
  tell('PUT', `/v1/templates/${template}  ->  ${registered.status} ${registered.statusText}`);

  const uploaded = await client.call('POST', '/v1/uploads', { type: 'text/csv', content: { file: data } });
  const { id, rows, size } = (await uploaded.json()) as { id: string; rows: number; size: number };
  const amount = `${rows.toLocaleString('en')} rows, ${size.toLocaleString('en')} bytes`;
  tell('POST', `/v1/uploads  ->  ${uploaded.status} ${uploaded.statusText}, ${amount}`);
  return id;
}

/** Asks for the report; returns its address, which is all that a client has to remember. */
async function requestReport(client: DemoClient, upload: string): Promise<string> {
  const request = { template, data: { strikes: { upload } }, asOf: new Date().toISOString() };
  const accepted = await client.call('POST', '/v1/reports', {
    type: 'application/json',
    content: JSON.stringify(request),
  });
  await accepted.body?.cancel();
  tell('POST', `/v1/reports  ->  ${accepted.status} ${accepted.statusText}`);
  for (const name of ['Location', 'Retry-After', 'ETag']) {
    const value = accepted.headers.get(name);
    if (value !== null) tell('', `${name}: ${value}`);
  }
  const location = accepted.headers.get('location');
  if (location === null) throw new Problem('The answer names no Location.');
  return location;
}

async function untilFinished(client: DemoClient, location: string, signal: AbortSignal): Promise<Report> {
  const bar = new ProgressBar(process.stdout);
  const end = performance.now() + patienceMs;
  try {
    for (;;) {
      const report = (await (await client.call('GET', location)).json()) as Report;
      if (report.status === 'succeeded') return report;
      if (report.status !== 'queued' && report.status !== 'running')
        throw new Problem(`The report ${report.status}: ${report.error?.detail ?? report.error?.code ?? 'no reason'}`);
      if (performance.now() > end)
        throw new Problem(`The report is still ${report.status} after ${patienceMs / 1_000} s.`);
      bar.show(report);
      await sleep(pollMs, undefined, { signal });
    }
  } finally {
    bar.end();
  }
}
