/** Renders one document with the product and with what else people use, and compares: see docs/performance.md. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measure } from './measure.mjs';
import { writeRows } from './rows.mjs';
import { fixed, printTable } from './table.mjs';
import { verify } from './verify.mjs';

const peers = ['pdfkit-text', 'pdfkit-table', 'pdfmake', 'jspdf-autotable', 'react-pdf', 'typst', 'chromium'];
const here = (path) => fileURLToPath(new URL(path, import.meta.url));

const { values } = parseArgs({
  options: {
    rows: { type: 'string', default: '10000' },
    /** Names of peers, with commas; '' for none. */
    peers: { type: 'string', default: peers.join(',') },
    /** The least CPU of so many runs counts. */
    runs: { type: 'string', default: '1' },
    timeout: { type: 'string', default: '300' },
    warm: { type: 'boolean', default: false },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'pressroom-bench-'));
const rowFile = join(folder, 'orders.ndjson');
const chosen = values.peers.split(',').filter(Boolean);

try {
  if (values.warm) await compareWarm();
  else await compare(Number(values.rows));
} finally {
  rmSync(folder, { recursive: true });
}

async function compare(rows) {
  await writeRows(rowFile, rows);
  console.log(`${rows} rows, ${describeMachine()}`);
  const ours = join(folder, 'pressroom.pdf');
  const args = ['render', here('orders.json'), '--data', `orders=${rowFile}`, '--out', ours];
  const product = await best([here('../dist/cli.js'), ...args, '--as-of', '2026-01-01'], ours, rows);
  const results = [{ tool: 'pressroom', ...product }, floorOf(ours)];
  for (const name of chosen) {
    const out = join(folder, `${name}.pdf`);
    results.push({ tool: name, ...(await best([here('peer.mjs'), name, rowFile, out], out, rows)) });
  }
  printTable(
    ['tool', 'CPU s', 'x', 'MiB', 'x', 'pages', 'bytes', 'verified'],
    results.map((result) => [
      result.tool,
      fixed(result.cpu, 2),
      fixed(result.cpu / product.cpu, 2),
      fixed(result.memory, 0),
      fixed(result.memory / product.memory, 2),
      fixed(result.pages, 0),
      fixed(result.bytes, 0),
      result.failure ?? result.verdict,
    ]),
  );
}

/** The run with the least CPU, verified: what else runs on a machine only ever adds. */
async function best(args, out, rows) {
  const runs = [];
  for (let run = 0; run < Number(values.runs); run += 1) {
    const result = await measure(process.execPath, args, { timeoutMs: Number(values.timeout) * 1000 });
    if (result.failure !== undefined) return /^skipped/.test(result.failure) ? { failure: result.failure } : result;
    runs.push(result);
  }
  const least = runs.reduce((a, b) => (b.cpu < a.cpu ? b : a));
  return { ...least, ...(await verify(out, rows)) };
}

function floorOf(file) {
  const { cpu, bytes } = JSON.parse(
    execFileSync(process.execPath, ['--max-semi-space-size=64', here('floor.mjs'), file]),
  );
  return { tool: 'deflate floor', cpu, bytes, verdict: 'content, before deflating' };
}

/** One page of 30 rows, again and again in one process. */
async function compareWarm() {
  await writeRows(rowFile, 30);
  console.log(`one page of 30 rows, warm, ${describeMachine()}`);
  const renders = { pressroom: 500, 'react-pdf': 20, chromium: 10 };
  const results = ['pressroom', ...chosen].map((name) => {
    const args = [here('peer.mjs'), name, rowFile, join(folder, `${name}.pdf`), String(renders[name] ?? 50)];
    const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    return status === 0 ? { name, ...JSON.parse(stdout) } : { name, failure: stderr.trim().split('\n')[0] };
  });
  printTable(
    ['tool', 'CPU ms', 'x', ''],
    results.map(({ name, cpu, failure }) => [
      name,
      fixed(cpu * 1000, 1),
      fixed(cpu / results[0].cpu, 1),
      failure ?? '',
    ]),
  );
}

function describeMachine() {
  const [{ model }] = cpus();
  return `Node ${process.version}, ${cpus().length} x ${model}, ${new Date().toISOString().slice(0, 10)}`;
}
