/** Wait before the n-th restart in a row (n from 1): 0.25 s, doubled each time, at most 15 s; in milliseconds. */
export function backOff(restart: number): number {
  return Math.min(15_000, 250 * 2 ** Math.min(restart - 1, 10));
}
