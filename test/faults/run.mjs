/**
 * Runs the fault suite: `npm run test:faults -- [--long] [T6 | part of a test's name …]`. At the end it prints what was
 * measured as one JSON line a test, and what became of each; no time is asserted, because it depends on the machine.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'pressroom');
const figures = join(cache, 'faults.jsonl');
const isLong = process.argv.includes('--long');
const names = process.argv.slice(2).filter((argument) => argument !== '--long');
/** The model of the state machine is a part of `npm test`, too, under a name of its own. */
const model = 'T25';

mkdirSync(cache, { recursive: true });
rmSync(figures, { force: true });

const started = new Date();
const load = loadavg()[0].toFixed(1);
const faults = names.filter((name) => name !== model);
const results = [];
if (names.length === 0 || faults.length > 0) results.push(...jest('faults', 'test/faults/', faults));
if (names.length === 0 || names.includes(model))
  results.push(...jest('integration', 'test/integration/report-model.spec.ts', []));

const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}, load ${load} at the start`;
console.log(`\n${isLong ? 'Full' : 'CI'} sizes, ${started.toISOString()}, ${machine}:`);
if (existsSync(figures)) process.stdout.write(readFileSync(figures, 'utf8'));
console.log();
for (const { status, duration, fullName } of results)
  console.log(`${status.padEnd(7)} ${String(Math.round((duration ?? 0) / 1_000)).padStart(5)} s  ${fullName}`);
const passed = results.filter(({ status }) => status === 'passed').length;
const failed = results.filter(({ status }) => status === 'failed').length;
const minutes = ((Date.now() - started) / 60_000).toFixed(1);
console.log(`\n${passed} passed, ${failed} failed, ${results.length - passed - failed} skipped in ${minutes} min`);
process.exitCode = passed > 0 && failed === 0 ? 0 : 1;

/**
 * Runs one file after the other: a fault must meet one test only, and its processes want the whole machine.
 *
 * @returns what became of each test that was asked for; a file that could not be run is a failed test
 */
function jest(project, files, wanted) {
  const report = join(cache, `faults-${project}.json`);
  rmSync(report, { force: true });
  const args = ['--selectProjects', project, '--runInBand', '--verbose', '--json', `--outputFile=${report}`];
  args.push('--testTimeout', isLong ? '3600000' : '600000');
  // T1 is not meant to be T10, too.
  const patterns = wanted.map((name) => (/^T\d+$/.test(name) ? `\\b${name}\\b` : name));
  if (patterns.length > 0) args.push('--testNamePattern', patterns.join('|'));
  const env = {
    ...process.env,
    PRESSROOM_TEST_DURABLE: '1',
    PRESSROOM_FAULTS_FIGURES: figures,
    ...(isLong ? { PRESSROOM_FAULTS_LONG: '1', PRESSROOM_MODEL_SEQUENCES: '10000' } : {}),
  };
  const program = join(root, 'node_modules', 'jest', 'bin', 'jest.js');
  spawnSync(process.execPath, [program, ...args, '--', files], {
    cwd: root,
    env,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (!existsSync(report)) return [{ status: 'failed', fullName: `${files}: Jest ended without a result` }];
  return JSON.parse(readFileSync(report, 'utf8')).testResults.flatMap(({ name, status, assertionResults }) => {
    if (status === 'failed' && assertionResults.length === 0) return [{ status, fullName: name }];
    const asked = new RegExp(patterns.join('|'));
    return assertionResults.filter(({ fullName }) => asked.test(fullName));
  });
}
