import { appendFileSync } from 'node:fs';

/** Whether the tests run in the sizes of docs/reliability.md instead of those for continuous integration. */
const isLong = process.env.PRESSROOM_FAULTS_LONG === '1';

/** A size of the load: the one for continuous integration, and the full one. */
export function sized(short: number, long: number): number {
  return isLong ? long : short;
}

/** Times in milliseconds as the figures that describe them. */
export function summarize(times: readonly number[]): { p50: number; p99: number; max: number } {
  const sorted = [...times].sort((one, other) => one - other);
  const at = (share: number) => Math.round(sorted[Math.ceil(share * sorted.length) - 1] ?? 0);
  return { p50: at(0.5), p99: at(0.99), max: at(1) };
}

/** Writes down what a test measured, as one JSON line; the runner prints all of them at the end. */
export function recordFigures(test: string, figures: Record<string, unknown>): void {
  const file = process.env.PRESSROOM_FAULTS_FIGURES;
  if (file !== undefined) appendFileSync(file, `${JSON.stringify({ test, ...figures })}\n`);
}
