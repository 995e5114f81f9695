import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { parseArgs } from 'node:util';
import type { CompiledReport, RenderResult, RowBatch } from '../engine';
import { checkParameters, render } from '../engine';
import { CliError, exitCodes } from './exit';
import { loadDefinition } from './load-definition';
import { parametersFrom, splitPairs } from './parameters';
import { ProgressLine } from './progress-line';
import { RowFiles } from './row-files';
import type { Terminal } from './terminal';

/** A render on one's own machine is bounded by the machine alone. */
const limits = { maxRows: Infinity, maxPages: Infinity, maxBytes: Infinity };

/** Bytes that are gathered before they are written. */
const WRITE_SIZE = 256 * 1024;

/** `render FILE`: renders a definition with local row files, by the same engine as the service. */
export async function renderFile(args: string[], terminal: Terminal): Promise<void> {
  const startedAt = performance.now();
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      data: { type: 'string', multiple: true, default: [] },
      param: { type: 'string', multiple: true, default: [] },
      locale: { type: 'string' },
      'time-zone': { type: 'string' },
      'as-of': { type: 'string' },
      out: { type: 'string' },
      stats: { type: 'boolean', default: false },
    },
  });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CliError(exitCodes.usage, 'Give one definition.');
  if (values.out === undefined) throw new CliError(exitCodes.usage, 'Give the file to write: --out FILE.');
  const asOf = readAsOf(values['as-of']);
  const sources = splitPairs('--data', values.data);
  checkStandardInput([file, ...sources.values()]);

  const report = await loadDefinition(file, terminal.stdin);
  const parameters = checkedParameters(report, parametersFrom(values.param, report));
  const files = new RowFiles(terminal.stdin);
  const data = await openData(report, sources, files);
  const progress = new ProgressLine(terminal.stderr);
  const result = await toFile(values.out, terminal, (output) =>
    render({
      report,
      parameters,
      data,
      ...(values.locale !== undefined && { locale: values.locale }),
      ...(values['time-zone'] !== undefined && { timeZone: values['time-zone'] }),
      asOf,
      limits,
      output,
      onProgress: ({ rows, pages }) => progress.show(files.share, rows, pages),
    }).finally(() => progress.end()),
  );
  terminal.stderr.write(values.stats ? `${JSON.stringify(statsOf(result, startedAt))}\n` : warningsOf(result));
}

function readAsOf(given: string | undefined): Date {
  if (given === undefined) return new Date();
  const asOf = new Date(given);
  if (Number.isNaN(asOf.getTime())) {
    throw new CliError(exitCodes.usage, `--as-of ${given}: give a date or a time, such as 2026-01-31T09:30:00Z.`);
  }
  return asOf;
}

function checkStandardInput(files: readonly string[]): void {
  if (files.filter((file) => file === '-').length < 2) return;
  throw new CliError(exitCodes.usage, 'Only one of the files can be `-`: there is one standard input.');
}

function checkedParameters(report: CompiledReport, given: Record<string, unknown>): Record<string, unknown> {
  const { parameters, faults } = checkParameters(report, given);
  if (faults.length === 0) return parameters;
  const lines = faults.map(({ pointer, detail }) => `--param ${pointer.slice(1)}: ${detail}`);
  throw new CliError(exitCodes.data, lines.join('\n'));
}

async function openData(
  report: CompiledReport,
  sources: ReadonlyMap<string, string>,
  files: RowFiles,
): Promise<Record<string, AsyncIterable<RowBatch>>> {
  const declared = report.datasets.length > 0 ? report.datasets.join(', ') : 'none';
  for (const name of sources.keys()) {
    if (report.datasets.includes(name)) continue;
    throw new CliError(exitCodes.usage, `--data ${name}: no such dataset; declared: ${declared}.`);
  }
  const missing = report.datasets.find((name) => !sources.has(name));
  if (missing !== undefined) {
    throw new CliError(exitCodes.usage, `The dataset ${missing} has no rows: --data ${missing}=FILE.`);
  }
  const data: Record<string, AsyncIterable<RowBatch>> = {};
  for (const [name, file] of sources) data[name] = await files.open(file);
  return data;
}

/** Writes beside the file and renames, so that a render that fails leaves neither half a file nor takes away the last. */
async function toFile<T>(file: string, { stdout }: Terminal, write: (output: Writable) => Promise<T>): Promise<T> {
  if (file === '-') return write(stdout);
  const partial = `${file}.${process.pid}.partial`;
  try {
    const result = await write(createWriteStream(partial, { highWaterMark: WRITE_SIZE }));
    await rename(partial, file);
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}

/** CPU and memory are those of the whole process, its start included. */
function statsOf({ provenance, pages, bytes, sha256, warnings }: RenderResult, startedAt: number): object {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  return {
    rows: Object.values(provenance.data).reduce((sum, { rows }) => sum + rows, 0),
    pages,
    bytes,
    sha256,
    cpuSeconds: (userCPUTime + systemCPUTime) / 1e6,
    peakMemoryBytes: maxRSS * 1024,
    warnings,
    ms: Math.round(performance.now() - startedAt),
  };
}

function warningsOf({ warnings }: RenderResult): string {
  return warnings.map(({ detail, count }) => `warning: ${detail}${count > 1 ? ` (${count} times)` : ''}\n`).join('');
}
