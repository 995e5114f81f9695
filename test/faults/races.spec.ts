import { setTimeout as wait } from 'node:timers/promises';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants } from './oracle';
import { letter, settings } from './settings';

describe('races', () => {
  const pressroom = usePressroom({ workers: 2, env: () => settings });

  it('T19: a cancellation or the completion wins, never both', async () => {
    const ledger = new Ledger(pressroom);
    const count = sized(200, 1_000);
    let usualMs = Infinity;
    for (let round = 0; round < 3; round += 1) {
      const started = performance.now();
      await pressroom.waitFor(await ledger.submit(letter), 'succeeded');
      usualMs = Math.min(usualMs, performance.now() - started);
    }
    const statuses = new Map<number, string[]>();
    const race = async (index: number): Promise<void> => {
      const id = await ledger.submit(letter);
      await wait((((index * 7) % 120) / 120) * usualMs); // so that every moment of a report's life is met
      const status = await ledger.cancel(id);
      statuses.set(status, [...(statuses.get(status) ?? []), uuidOf(id)]);
    };
    for (let index = 0; index < count; index += 4) await Promise.all([0, 1, 2, 3].map((more) => race(index + more)));
    await expectInvariants(pressroom, ledger);
    for (const [status, ids] of statuses) {
      const ends = await pressroom.query<{ state: string }>('SELECT DISTINCT state FROM reports WHERE id = ANY($1)', [
        ids,
      ]);
      expect({ status, ends }).toEqual({ status, ends: [{ state: status === 409 ? 'succeeded' : 'canceled' }] });
    }
    const outcomes = Object.fromEntries([...statuses].map(([status, ids]) => [status, ids.length]));
    expect(ledger.canceled.size + (outcomes[409] ?? 0)).toBe(count);
    recordFigures('T19', { races: count, outcomes, canceledThatSucceeded: 0 });
  });

  it('T20: fifty at once with one key make one report', async () => {
    const ledger = new Ledger(pressroom);
    const keys = sized(8, 100);
    for (let index = 0; index < keys; index++) {
      const key = `${ledger.prefix}-same-${index}`;
      await Promise.all(Array.from({ length: 50 }, () => ledger.submit(letter, key)));
    }
    await expectInvariants(pressroom, ledger);
    const made = await pressroom.query(
      `SELECT FROM reports r JOIN idempotency_keys k ON k.resource_id = r.id WHERE starts_with(k.key, $1)`,
      [ledger.prefix],
    );
    expect(made).toHaveLength(keys);
    recordFigures('T20', { requests: keys * 50, keys, reports: made.length, msToAnswer: summarize(ledger.waits) });
  });
});
