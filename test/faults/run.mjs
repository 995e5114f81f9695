/**
 * Runs the fault suite: `npm run test:faults -- [--long] [part of a test's name …]`. At the end it prints what was measured
 * as one JSON line a test; no time is asserted, because it depends on the machine.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');
const cache = join(root, 'node_modules', '.cache', 'pressroom');
const figures = join(cache, 'faults.jsonl');
const isLong = process.argv.includes('--long');
const names = process.argv.slice(2).filter((argument) => argument !== '--long');

mkdirSync(cache, { recursive: true });
rmSync(figures, { force: true });

const runs = [
  { project: 'faults', files: 'test/faults/' },
  { project: 'integration', files: 'test/integration/report-model.spec.ts' },
];
const results = runs.map(({ project, files }) => jest(project, files));

if (existsSync(figures)) {
  console.log(`\n${isLong ? 'Full' : 'CI'} sizes, ${cpus().length} × ${cpus()[0]?.model ?? 'unknown processor'}:`);
  process.stdout.write(readFileSync(figures, 'utf8'));
}
process.exitCode = results.every((status) => status === 0) ? 0 : 1;

/** One at a time: a fault must meet one test only, and its processes want the whole machine. */
function jest(project, files) {
  const args = [
    join(root, 'node_modules', 'jest', 'bin', 'jest.js'),
    '--selectProjects',
    project,
    '--runInBand',
    '--verbose',
  ];
  args.push('--testTimeout', isLong ? '3600000' : '180000');
  if (names.length > 0) args.push('--testNamePattern', names.join('|'));
  const env = {
    ...process.env,
    PRESSROOM_TEST_DURABLE: '1',
    PRESSROOM_FAULTS_FIGURES: figures,
    ...(isLong ? { PRESSROOM_FAULTS_LONG: '1', PRESSROOM_MODEL_SEQUENCES: '10000' } : {}),
  };
  return spawnSync(process.execPath, [...args, '--', files], { cwd: root, env, stdio: 'inherit' }).status;
}
