/** Large reports through the whole service, from upload to download: time, memory, progress, and whether small ones have to wait. See docs/performance.md. */
import { createReadStream, createWriteStream, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { MemoryWatch } from './memory-watch.mjs';
import { writeRows } from './rows.mjs';
import { makeHome, withService } from './running-service.mjs';
import { fixed, printTable } from './table.mjs';
import { verify } from './verify.mjs';

const { values } = parseArgs({
  options: {
    /** Sizes that are rendered, each by a service of its own. */
    rows: { type: 'string', default: '100000,1000000' },
    /** What is measured: a report of each size alone, a cancellation, small reports beside large ones. */
    measure: { type: 'string', default: 'single,cancel,mixed' },
    /** Reports of one page, and how many of the largest size are rendered beside them. */
    small: { type: 'string', default: '50' },
    large: { type: 'string', default: '2' },
  },
});
const sizes = values.rows.split(',').map(Number);
const small = Number(values.small);
const definition = JSON.parse(readFileSync(new URL('orders.json', import.meta.url), 'utf8'));
const letter = { pressroom: 1, name: 'letter', body: [{ type: 'heading', level: 1, text: 'Dear reader' }] };
const ended = ['succeeded', 'failed', 'canceled'];

const folder = mkdtempSync(join(tmpdir(), 'pressroom-bench-service-'));
const rowFile = (rows) => join(folder, `${rows}.ndjson`);
try {
  console.log(
    `Node ${process.version}, ${cpus().length} x ${cpus()[0].model}, ${new Date().toISOString().slice(0, 10)}`,
  );
  const results = { single: [] };
  const wanted = values.measure.split(',');
  const rows = Math.max(...sizes);
  for (const size of sizes) await writeRows(rowFile(size), size);
  if (wanted.includes('single')) {
    for (const size of sizes) await fresh(async (service) => results.single.push(await renderOne(service, size)));
    printSingle(results.single);
  }
  if (wanted.includes('cancel')) {
    await fresh(async (service) => (results.cancel = await cancelOne(service, rows)));
    printCancel(results.cancel);
  }
  if (wanted.includes('mixed')) {
    await fresh(async (service) => (results.mixed = await renderMixed(service, rows)));
    printMixed(results.mixed);
  }
  console.log(`\n${JSON.stringify(results)}`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** A service whose memory has not seen anything yet, with both templates. */
async function fresh(measure) {
  const home = makeHome();
  try {
    await withService(home, { LOG_LEVEL: 'info' }, async (service) => {
      await service.call('PUT', '/v1/templates/orders', definition);
      await service.call('PUT', '/v1/templates/letter', letter);
      await finish(service, await submit(service, 'letter')); // fonts are read, code is compiled
      await measure({ ...service, home });
    });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** One report: what each step takes, what it does to the memory, and whether its progress can be believed. */
async function renderOne(service, rows) {
  const pids = { api: service.pids.api, worker: service.pids.workers[0] };
  const watch = new MemoryWatch(pids);
  const seconds = {};
  const timed = async (name, step) => {
    const started = performance.now();
    const result = await step();
    seconds[name] = (performance.now() - started) / 1000;
    return result;
  };
  const upload = await timed('upload', () => uploadRows(service, rows));
  const id = await timed('accept', () => submit(service, 'orders', { orders: { upload } }));
  const polls = [];
  const report = await finish(service, id, (at, { progress }) => polls.push({ at, ...progress }));
  Object.assign(seconds, secondsOfPhases(report, polls));
  const pdf = join(folder, `${rows}.pdf`);
  const { status } = await timed('download', () =>
    service.call('GET', report.links.file, undefined, { into: createWriteStream(pdf) }),
  );
  if (status !== 200) throw new Error(`the download was answered ${status}`);
  const memory = watch.stop();
  memory.engineHeap = { peak: engineHeap(service, id) };
  const verified = await verify(pdf, rows);
  rmSync(pdf);
  return { rows, seconds, memory, ...verified, ...judgeProgress(report, polls) };
}

/** Cancels a report in the middle of its render. */
async function cancelOne(service, rows) {
  const upload = await uploadRows(service, rows);
  const id = await submit(service, 'orders', { orders: { upload } });
  const { percent } = (await untilRendering(service, id)).progress;
  const started = performance.now();
  const { status } = await service.call('POST', `/v1/reports/${id}/cancel`);
  if (status !== 202) throw new Error(`the cancellation was answered ${status}`);
  const report = await finish(service, id);
  const seconds = (performance.now() - started) / 1000;
  await wait(1000);
  // The letter of the beginning is there, and nothing else.
  const stored = readdirSync(join(service.home, 'storage', 'reports'), { recursive: true, withFileTypes: true });
  const finished = stored.filter((entry) => entry.isFile()).length - 1;
  const temporary = readdirSync(tmpdir()).filter((name) => name.endsWith(`-${service.pids.workers[0]}`));
  const unfinished = temporary.flatMap((name) => readdirSync(join(tmpdir(), name))).length;
  return { status: report.status, percent, seconds, filesLeft: finished + unfinished };
}

/** Many small reports at once: alone, and while large ones are rendered. */
async function renderMixed(service, rows) {
  const alone = await renderSmall(service);
  const ids = [];
  for (let index = 0; index < Number(values.large); index += 1) {
    const upload = await uploadRows(service, rows);
    ids.push(await submit(service, 'orders', { orders: { upload } }));
  }
  await untilRendering(service, ids[0]);
  const beside = await renderSmall(service);
  const wereLargeRunning = !ended.includes((await find(service, ids[0])).status);
  const large = [];
  for (const id of ids) large.push(secondsFrom('createdAt', await finish(service, id)));
  return {
    rows,
    alone,
    beside,
    wereLargeRunning,
    large,
    peakMiB: new MemoryWatch({ worker: service.pids.workers[0] }).stop().worker.peak,
  };
}

/** Seconds from acceptance to the end of each of many reports that are asked for at once. */
async function renderSmall(service) {
  const ids = await Promise.all(Array.from({ length: small }, () => submit(service, 'letter')));
  const seconds = [];
  for (const id of ids) seconds.push(secondsFrom('createdAt', await finish(service, id)));
  seconds.sort((a, b) => a - b);
  const at = (share) => seconds[Math.min(seconds.length - 1, Math.floor(seconds.length * share))];
  return { median: at(0.5), p95: at(0.95), longest: seconds.at(-1) };
}

async function uploadRows({ call }, rows) {
  const { status, body } = await call('POST', '/v1/uploads', createReadStream(rowFile(rows)), {
    mediaType: 'application/x-ndjson',
  });
  if (status !== 201) throw new Error(`the upload was answered ${status} ${body}`);
  return JSON.parse(body).id;
}

async function submit({ call }, template, data) {
  const { status, body } = await call('POST', '/v1/reports', { template, data, asOf: '2026-01-01T00:00:00Z' });
  if (status !== 202) throw new Error(`the request was answered ${status} ${body}`);
  return JSON.parse(body).id;
}

async function find({ call }, id) {
  return JSON.parse((await call('GET', `/v1/reports/${id}`)).body);
}

/** Polls a report until it has ended. */
async function finish(service, id, onPoll = () => undefined) {
  for (;;) {
    const report = await find(service, id);
    onPoll(Date.now(), report);
    if (report.status === 'failed') throw new Error(JSON.stringify(report.error));
    if (ended.includes(report.status)) return report;
    await wait(200);
  }
}

async function untilRendering(service, id) {
  for (;;) {
    const report = await find(service, id);
    if (report.progress.percent >= 10) return report;
    if (ended.includes(report.status)) throw new Error(`the report is ${report.status} already`);
    await wait(50);
  }
}

function secondsFrom(start, report) {
  return (Date.parse(report.finishedAt) - Date.parse(report[start])) / 1000;
}

/** From the report's own times where it has them, and else from what the polls saw. */
function secondsOfPhases(report, polls) {
  const begun = Date.parse(report.startedAt);
  const storing = polls.find(({ phase }) => phase === 'storing')?.at ?? Date.parse(report.finishedAt);
  return {
    queued: (begun - Date.parse(report.createdAt)) / 1000,
    render: (storing - begun) / 1000,
    store: Math.max(0, (Date.parse(report.finishedAt) - storing) / 1000),
  };
}

/** Whether the percentage ever fell, and by how many seconds the expected end was wrong when so much was done. */
function judgeProgress(report, polls) {
  const percents = polls.map(({ percent }) => percent);
  const end = Date.parse(report.finishedAt);
  const estimates = polls.filter(({ estimatedCompletionAt }) => estimatedCompletionAt !== null);
  const errorAt = (percent) => {
    const poll = estimates.find((each) => each.percent >= percent);
    return poll && (Date.parse(poll.estimatedCompletionAt) - end) / 1000;
  };
  return {
    isMonotone: percents.every((percent, index) => index === 0 || percent >= percents[index - 1]),
    estimateError: Object.fromEntries([5, 25, 50, 75, 90].map((percent) => [percent, errorAt(percent)])),
  };
}

/** MiB, as the worker's log says it of a report. */
function engineHeap({ home }, id) {
  const uuid = id.slice('rep_'.length);
  const lines = readFileSync(join(home, 'logs', 'worker-1.log'), 'utf8').split('\n');
  const line = lines.find((each) => each.includes('report succeeded') && each.replaceAll('-', '').includes(uuid));
  return JSON.parse(line).peakHeap / 2 ** 20;
}

function printSingle(results) {
  const steps = Object.keys(results[0].seconds);
  printTable(
    ['rows', ...steps.map((step) => `${step} s`), 'API MiB', 'worker MiB', 'engine heap MiB', 'pages', 'verified'],
    results.map(({ rows, seconds, memory, pages, verdict }) => [
      String(rows),
      ...steps.map((step) => fixed(seconds[step], 2)),
      `${fixed(memory.api.first, 0)} to ${fixed(memory.api.peak, 0)}`,
      `${fixed(memory.worker.first, 0)} to ${fixed(memory.worker.peak, 0)}`,
      fixed(memory.engineHeap.peak, 0),
      fixed(pages, 0),
      verdict,
    ]),
  );
  console.log();
  const marks = Object.keys(results[0].estimateError);
  printTable(
    ['rows', 'percent never falls', ...marks.map((percent) => `estimate off at ${percent} %, s`)],
    results.map(({ rows, isMonotone, estimateError }) => [
      String(rows),
      String(isMonotone),
      ...marks.map((percent) => fixed(estimateError[percent], 1)),
    ]),
  );
}

function printCancel({ percent, seconds, filesLeft }) {
  console.log(
    `\ncancel at ${percent} %: canceled after ${fixed(seconds, 2)} s, ` +
      `${filesLeft} temporary or finished files left`,
  );
}

function printMixed({ rows, alone, beside, wereLargeRunning, large, peakMiB }) {
  console.log(
    `\n${small} reports of one page at once; ${large.length} of ${rows} rows beside them` +
      `${wereLargeRunning ? '' : ', which had ended before'} took ${large.map((each) => fixed(each, 1)).join(' and ')} s, ` +
      `the worker at most ${fixed(peakMiB, 0)} MiB`,
  );
  printTable(
    ['seconds', 'median', 'p95', 'longest'],
    Object.entries({ alone, beside }).map(([name, times]) => [
      name,
      ...[times.median, times.p95, times.longest].map((each) => fixed(each, 2)),
    ]),
  );
}
