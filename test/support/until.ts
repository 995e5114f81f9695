import { setTimeout as wait } from 'node:timers/promises';

/** Asks again and again until the answer is there, and returns it. The deadline is generous: it only ends a test that hangs. */
export async function until<T>(
  what: string,
  ask: () => Promise<T | undefined> | T | undefined,
  deadlineMs = 120_000,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`It did not come about within ${deadlineMs} ms: ${what}`);
    await wait(50);
  }
}
