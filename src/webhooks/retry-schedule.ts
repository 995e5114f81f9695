/** Longest wait that a receiver can ask for. */
const maxRetryAfterMs = 24 * 3_600_000;

/**
 * Milliseconds until the next try of a delivery: the wait of the schedule, a fifth more or less, and no less than the
 * receiver asked for, up to a day; undefined when the schedule is at its end.
 *
 * @param schedule waits before each try, in milliseconds
 * @param tries how many there were
 * @param retryAfterMs what the receiver asked for, 0 for nothing
 * @param chance from 0 to 1
 */
export function nextTryIn(
  schedule: readonly number[],
  tries: number,
  retryAfterMs: number,
  chance: number = Math.random(),
): number | undefined {
  const wait = schedule[tries];
  if (wait === undefined) return undefined;
  return Math.round(Math.max(wait * (0.8 + 0.4 * chance), Math.min(retryAfterMs, maxRetryAfterMs)));
}

/** Milliseconds that a Retry-After asks for: seconds or an HTTP date (RFC 9110 §10.2.3); 0 for anything else. */
export function parseRetryAfter(text: string | undefined, now: number = Date.now()): number {
  if (text === undefined) return 0;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1_000;
  const date = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(date) ? 0 : Math.max(0, date - now);
}
