import { Counter, Gauge, Histogram } from 'prom-client';

const durations = [0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 600];

export const attemptDuration = new Histogram({
  name: 'pressroom_attempt_duration_seconds',
  help: 'Time from the claim of a report to the end of the attempt, by what came of it.',
  labelNames: ['outcome'],
  buckets: durations,
});

export const attemptFailures = new Counter({
  name: 'pressroom_attempt_failures_total',
  help: 'Attempts that failed, by the code that the report then shows.',
  labelNames: ['code'],
});

export const queueWait = new Histogram({
  name: 'pressroom_queue_wait_seconds',
  help: 'Time from when a report was due, at first or again, to when a worker took it.',
  labelNames: ['lane'],
  buckets: durations,
});

export const rendersRunning = new Gauge({
  name: 'pressroom_renders_running',
  help: 'Reports that this worker is working on.',
});

export const pagesRendered = new Counter({
  name: 'pressroom_pages_total',
  help: 'Pages of files that became visible.',
});

export const bytesStored = new Counter({
  name: 'pressroom_file_bytes_total',
  help: 'Bytes of files that became visible.',
});

export const staleWrites = new Counter({
  name: 'pressroom_stale_writes_rejected_total',
  help: 'Outcomes of attempts that were refused, because the report had been given to another attempt.',
});
