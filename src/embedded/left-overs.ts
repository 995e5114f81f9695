import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readIfExists, writePrivateFile } from './private-file';
import type { ProcessMark } from './process-identity';
import { endProcess, isAlive } from './process-identity';

/** What a supervisor that is killed leaves running, written down while it lives so that the next one can end it. */
export interface RunningProcess extends ProcessMark {
  stopSignal: NodeJS.Signals;
}

const graceMs = 10_000;

/** Writes down what runs now; an empty list removes the record. */
export function recordRunning(home: string, processes: readonly RunningProcess[]): void {
  if (processes.length === 0) rmSync(recordPath(home), { force: true });
  else writePrivateFile(recordPath(home), JSON.stringify(processes));
}

/**
 * Ends what a killed supervisor left running on this home, in the recorded order. A process that only has the same
 * number is left alone.
 *
 * @returns how many were ended
 */
export async function endLeftOvers(home: string): Promise<number> {
  const record = readIfExists(recordPath(home));
  const left = record === undefined ? [] : (JSON.parse(record) as RunningProcess[]).filter(isAlive);
  for (const process of left) await endProcess(process, process.stopSignal, graceMs);
  recordRunning(home, []);
  return left.length;
}

function recordPath(home: string): string {
  return join(home, 'processes.json');
}
