import { setTimeout as wait } from 'node:timers/promises';
import type { ReportBody } from '../support/bodies';
import { letterDefinition } from '../support/definitions';
import type { Program } from '../support/program';
import { usePressroom } from '../support/pressroom';
import { expectPromisesKept } from '../support/promises';

describe('rolling restarts of two API processes, under load', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate(letterDefinition));
  afterEach(() => expectPromisesKept(pressroom));

  /** Submits with a key until it is accepted; returns the id, and writes down what answers were no acceptance. */
  async function submitUntilAccepted(key: string, urls: () => string[], refusals: number[]): Promise<string> {
    for (let attempt = 0; ; attempt++) {
      const answer = await fetch(`${urls()[attempt % 2]!}/v1/reports`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${pressroom.key}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body: JSON.stringify({ template: 'letter' }),
      }).catch(() => undefined); // cut off, or nobody listens: the key makes it safe to ask again
      if (answer?.status === 202) return ((await answer.json()) as ReportBody).id;
      if (answer !== undefined) refusals.push(answer.status);
    }
  }

  it('answer no request with 5xx, and accept each one once', async () => {
    const apis: { program: Program; url: string }[] = [{ program: pressroom.api, url: pressroom.url }];
    apis.push({ program: await pressroom.startApi(), url: pressroom.url });
    const urls = () => apis.map(({ url }) => url);
    const refusals: number[] = [];
    const accepted = new Map<string, string>();
    let isOver = false;
    const clients = Array.from({ length: 4 }, async (_, client) => {
      for (let index = 0; !isOver; index++) {
        const key = `client-${client}-${index}`;
        accepted.set(key, await submitUntilAccepted(key, urls, refusals));
        await wait(100); // no more than the worker keeps up with
      }
    });
    for (let round = 0; round < 4; round++) {
      const leaving = apis[round % 2]!;
      const joining = { program: await pressroom.startApi(), url: pressroom.url };
      apis[round % 2] = joining; // as a balancer sends requests to what is ready
      expect(await leaving.program.stop()).toBe(0);
    }
    isOver = true;
    await Promise.all(clients);
    expect(refusals).toEqual([]);
    expect(accepted.size).toBeGreaterThan(20);
    const reports = await pressroom.query('SELECT FROM reports');
    expect(reports).toHaveLength(new Set(accepted.values()).size);
    expect(reports).toHaveLength(accepted.size);
  });
});
