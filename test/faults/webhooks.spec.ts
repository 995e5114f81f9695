import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';
import type { Behaviour } from '../support/webhook-receiver';
import { answer, flood, hang, reset, WebhookReceiver } from '../support/webhook-receiver';
import type { DeliveryBody } from '../support/webhooks';
import { deliveriesOf, register } from '../support/webhooks';
import { recordFigures, sized, summarize } from './figures';
import { Ledger } from './ledger';
import { expectInvariants, findViolations } from './oracle';
import { letter, settings } from './settings';

/** Waits before the second and the third try. */
const schedule = [500, 1_000];

/** Answers as told, and notes when each try of a message came. */
function noted(times: Map<string, number[]>, behaviour: (tryNumber: number) => Behaviour): Behaviour {
  return (response, request, message) => {
    const tries = [...(times.get(message.id) ?? []), performance.now()];
    times.set(message.id, tries);
    behaviour(tries.length)(response, request, message);
  };
}

/** How a receiver behaves at each try, and what becomes of a delivery to it. */
const receivers: {
  what: string;
  behaviour: (tryNumber: number) => Behaviour;
  end: DeliveryBody['status'];
  tries: number;
}[] = [
  { what: 'is well', behaviour: () => answer(204), end: 'delivered', tries: 1 },
  { what: 'recovers', behaviour: (tries) => answer(tries < 3 ? 503 : 204), end: 'delivered', tries: 3 },
  { what: 'answers 500', behaviour: () => answer(500), end: 'exhausted', tries: 3 },
  { what: 'answers 301', behaviour: () => answer(301, { location: '/elsewhere' }), end: 'exhausted', tries: 3 },
  { what: 'resets', behaviour: () => reset, end: 'exhausted', tries: 3 },
  { what: 'hangs', behaviour: () => hang, end: 'exhausted', tries: 3 },
  { what: 'answers without end', behaviour: () => flood(500), end: 'exhausted', tries: 3 },
];

describe('T14: receivers of webhooks that fail in every way', () => {
  const pressroom = usePressroom({
    workers: 2,
    env: () => ({
      ...settings,
      PRESSROOM_OUTBOUND_ALLOW: '127.0.0.0/8',
      PRESSROOM_WEBHOOK_INTERVAL: '100ms',
      PRESSROOM_WEBHOOK_TIMEOUT: '1s',
      PRESSROOM_WEBHOOK_SCHEDULE: ['0s', ...schedule.map((ms) => `${ms}ms`)].join(','),
    }),
  });
  const cases = receivers.map((receiver) => {
    const times = new Map<string, number[]>();
    return { ...receiver, times, server: WebhookReceiver.use(noted(times, receiver.behaviour)) };
  });
  const gone = WebhookReceiver.use(answer(410));

  it('are tried by the schedule under one id a fact, and delay no other', async () => {
    const endpoints: string[] = [];
    for (const { server } of cases) endpoints.push((await register(pressroom, { url: server.url })).id);
    const goneEndpoint = await register(pressroom, { url: gone.url });
    const ledger = new Ledger(pressroom);
    const count = sized(20, 100);
    const ids = await ledger.submitAll(letter, { count });
    await expectInvariants(pressroom, ledger);

    for (const [index, { what, end, tries, times }] of cases.entries()) {
      const deliveries = await until(
        `no delivery is open: ${what}`,
        async () => {
          const found = await deliveriesOf(pressroom, endpoints[index]!);
          return found.every(({ finishedAt }) => finishedAt !== null) ? found : undefined;
        },
        120_000,
      );
      const ends = deliveries.map(({ id, status, attempts, data }) => ({ id, status, attempts, report: data.id }));
      expect(new Set(ends.map(({ report }) => report))).toEqual(new Set(ids));
      for (const { id, status, attempts } of ends)
        expect({ what, status, attempts, arrived: times.get(id)?.length }).toEqual({
          what,
          status: end,
          attempts: tries,
          arrived: tries,
        });
      expect(times.size).toBe(count); // no message under any other id
    }

    const closed = await deliveriesOf(pressroom, goneEndpoint.id);
    expect(new Set(closed.map(({ status }) => status))).toEqual(new Set(['disabled']));
    expect(gone.messages.length).toBeLessThanOrEqual(5); // those that were under way when the first 410 came

    // A wait is never shorter than four fifths of the schedule; how much longer it gets depends on the machine.
    const ratios = cases.flatMap(({ times }) =>
      [...times.values()].flatMap((tries) =>
        tries.slice(1).map((at, index) => (at - tries[index]!) / schedule[index]!),
      ),
    );
    expect(Math.min(...ratios)).toBeGreaterThanOrEqual(0.8);
    const [well] = endpoints;
    const waits = await pressroom.query<{ ms: number }>(
      `SELECT extract(epoch FROM finished_at - created_at)::float8 * 1000 AS ms FROM webhook_deliveries
        WHERE replace(endpoint_id::text, '-', '') = $1`,
      [well!.replace('whe_', '')],
    );
    recordFigures('T14', {
      reports: count,
      endpoints: cases.length + 1,
      facts: count,
      doubleIds: 0,
      msToHealthyReceiver: summarize(waits.map(({ ms }) => ms)),
      leastWaitOfSchedule: Math.round(Math.min(...ratios) * 100) / 100,
      sentToGone: gone.messages.length,
    });

    await pressroom.query(
      `DELETE FROM webhook_deliveries WHERE id = (SELECT id FROM webhook_deliveries WHERE state = 'delivered' LIMIT 1)`,
    );
    const missed = await findViolations(pressroom, ledger);
    expect(missed.map(({ invariant }) => invariant)).toEqual(['I5']); // so the oracle would notice
  });
});
