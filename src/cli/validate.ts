import { parseArgs } from 'node:util';
import { describeReport } from '../engine';
import { CliError, exitCodes } from './exit';
import { loadDefinition } from './load-definition';
import type { Terminal } from './terminal';

/** `validate FILE`: says whether a definition can be rendered, and how, or everything that is wrong with it. */
export async function validate(args: string[], { stdin, stdout }: Terminal): Promise<void> {
  const { positionals } = parseArgs({ args, allowPositionals: true, options: {} });
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new CliError(exitCodes.usage, 'Give one definition.');
  const report = await loadDefinition(file, stdin);
  const { reason } = describeReport(report);
  const datasets = report.datasets.length > 0 ? ` It reads ${report.datasets.join(', ')}. ${reason}` : '';
  stdout.write(`The definition is valid.${datasets}\n`);
}
