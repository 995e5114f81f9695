import { Webhook } from 'standardwebhooks';
import { salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';
import { answer, drip, flood, hang, reset, WebhookReceiver } from '../support/webhook-receiver';
import type { DeliveryBody } from '../support/webhooks';
import { deliveriesOf, delivered, ping, register } from '../support/webhooks';

const env = () => ({
  PRESSROOM_OUTBOUND_ALLOW: '127.0.0.0/8',
  PRESSROOM_WEBHOOK_INTERVAL: '100ms',
  PRESSROOM_WEBHOOK_TIMEOUT: '2s',
  PRESSROOM_WEBHOOK_SCHEDULE: '0s,200ms,200ms',
});

describe('webhooks', () => {
  const pressroom = usePressroom({ env });
  const receiver = WebhookReceiver.use();
  const endpoints: string[] = [];
  beforeAll(() => pressroom.putTemplate());
  // What one test has registered must not hear of the next one's reports.
  afterEach(async () => {
    for (const id of endpoints.splice(0)) await pressroom.call('DELETE', `/v1/webhook-endpoints/${id}`);
    receiver.behave(answer(204));
    receiver.messages.length = 0;
  });

  async function subscribe(body: object = {}, to: WebhookReceiver = receiver) {
    const endpoint = await register(pressroom, { url: to.url, ...body });
    endpoints.push(endpoint.id);
    return endpoint;
  }

  const received = (count: number) =>
    until(`${count} message(s)`, () => (receiver.messages.length >= count ? receiver.messages : undefined));

  it('tell of a report that succeeded, signed so that the library of Standard Webhooks accepts it', async () => {
    const { id: endpointId, secret } = await subscribe();
    const id = await pressroom.accept({ ...salesRequest, reference: 'order-8812' });
    const [message] = await received(1);
    expect(new Webhook(secret).verify(message!.text, message!.headers as Record<string, string>)).toEqual({
      type: 'report.succeeded',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{3}Z$/) as string,
      data: {
        id,
        status: 'succeeded',
        reference: 'order-8812',
        batchId: null,
        attempt: 1,
        href: `/v1/reports/${id}`,
      },
    });
    expect(message!.headers).toMatchObject({ 'content-type': 'application/json' });
    const delivery = await delivered(pressroom, endpointId);
    expect(delivery).toMatchObject({ id: message!.id, attempts: 1, lastStatus: 204, lastError: null });
    expect(delivery.nextAttemptAt).toBeNull();
  });

  it('tell of failed and expired reports where that was asked for, each once', async () => {
    await subscribe({ events: ['report.failed', 'report.expired'] });
    const wrong = { ...salesRequest, data: { sales: [{ region: 'North', amount: 'much' }] } };
    const answered = await pressroom.submit(wrong);
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const failed = await pressroom.accept({ ...salesRequest, data: { sales: { upload } } });
    expect(answered.status).toBe(422);
    await pressroom.waitFor(failed, 'failed');
    const expired = await pressroom.accept({ ...salesRequest, expiresIn: 1 });
    await received(2);
    const types = receiver.messages.map(({ body }) => [body.type, body.data.id]);
    expect(types).toEqual([
      ['report.failed', failed],
      ['report.expired', expired],
    ]);
  });

  it('send nothing that was not asked for', async () => {
    const quiet = await subscribe({ events: ['report.failed'] });
    await subscribe({ events: ['report.succeeded'] });
    await pressroom.accept(salesRequest);
    await received(1);
    expect(await deliveriesOf(pressroom, quiet.id)).toEqual([]);
  });

  it('tell once that a batch is completed, with what became of its reports', async () => {
    await subscribe({ events: ['batch.completed'] });
    const upload = await pressroom.upload('region,amount\nNorth,much\n');
    const reports = [
      { ...salesRequest, reference: 'a' },
      { ...salesRequest, reference: 'b' },
      { ...salesRequest, reference: 'c', data: { sales: { upload } } },
    ];
    const { body } = await pressroom.call<{ id: string }>('POST', '/v1/report-batches', { body: { reports } });
    const [message] = await received(1);
    expect(message!.body).toMatchObject({
      type: 'batch.completed',
      data: { id: body.id, counts: { queued: 0, running: 0, succeeded: 2, failed: 1, canceled: 0, expired: 0 } },
    });
    expect(await pressroom.query(`SELECT FROM webhook_deliveries WHERE type = 'batch.completed'`)).toHaveLength(1);
  });

  it('carry two signatures after a rotation', async () => {
    const { id, secret } = await subscribe();
    const path = `/v1/webhook-endpoints/${id}/rotate-secret`;
    const { body } = await pressroom.call<{ secret: string }>('POST', path);
    await ping(pressroom, id);
    const [message] = await received(1);
    const headers = message!.headers as Record<string, string>;
    expect(headers['webhook-signature']!.split(' ')).toHaveLength(2);
    for (const known of [secret, body.secret])
      expect(new Webhook(known).verify(message!.text, headers)).toMatchObject({ type: 'endpoint.ping', data: { id } });
  });

  it('are tried again with the same id, and stay to be sent again when the schedule is at its end', async () => {
    receiver.behave(answer(500));
    const { id } = await subscribe();
    const deliveryId = await ping(pressroom, id);
    const exhausted = await delivered(pressroom, id, 'exhausted');
    expect(exhausted).toMatchObject({ attempts: 3, lastStatus: 500, lastError: 'The receiver answered 500.' });
    expect(receiver.messages.map((message) => message.id)).toEqual([deliveryId, deliveryId, deliveryId]);
    receiver.behave(answer(200));
    const again = await pressroom.call<DeliveryBody>('POST', `/v1/webhook-deliveries/${deliveryId}/redeliver`);
    expect(again.status).toBe(202);
    expect(again.body).toMatchObject({ id: deliveryId, status: 'pending' });
    expect(await delivered(pressroom, id)).toMatchObject({ attempts: 4, lastStatus: 200 });
    expect(receiver.messages.at(-1)!.id).toBe(deliveryId);
  });

  it.each([
    ['answers 301', answer(301, { location: 'http://127.0.0.1:9/' }), 301, /Redirects are not followed/],
    ['answers 404', answer(404), 404, /answered 404/],
    ['resets the connection', reset, null, /ECONNRESET/],
    ['never answers', hang, null, /no answer within 2 s/],
    ['sends its answer byte by byte', drip, null, /no answer within 2 s/],
    ['answers 500 with a body without end', flood(500), 500, /answered 500/],
  ])('are tried three times when the receiver %s', async (_, behaviour, lastStatus, lastError) => {
    receiver.behave(behaviour);
    const { id } = await subscribe();
    await ping(pressroom, id);
    const exhausted = await delivered(pressroom, id, 'exhausted');
    expect(exhausted).toMatchObject({ attempts: 3, lastStatus, lastError: expect.stringMatching(lastError) as string });
    await until('no connection is left', () => (receiver.open === 0 ? true : undefined));
  });

  it('are delivered when the receiver says so, however long its answer goes on', async () => {
    receiver.behave(flood(200));
    const { id } = await subscribe();
    await ping(pressroom, id);
    expect(await delivered(pressroom, id)).toMatchObject({ attempts: 1, lastStatus: 200 });
    await until('the connection is cut', () => (receiver.open === 0 ? true : undefined));
  });

  it('wait as long as Retry-After of 429 or 503 says', async () => {
    for (const status of [429, 503]) {
      receiver.behave(answer(status, { 'retry-after': '3600' }));
      const { id } = await subscribe();
      await ping(pressroom, id);
      const { lastAttemptAt, nextAttemptAt } = await until('the first try', async () => {
        const [delivery] = await deliveriesOf(pressroom, id);
        return delivery?.lastStatus === status ? delivery : undefined;
      });
      expect(Date.parse(nextAttemptAt!) - Date.parse(lastAttemptAt!)).toBeGreaterThanOrEqual(3_600_000);
    }
  });

  it('end with a receiver that answers 410: the endpoint is disabled, and what waited is closed', async () => {
    receiver.behave(answer(503, { 'retry-after': '3600' }));
    const { id } = await subscribe();
    const waiting = await ping(pressroom, id);
    await received(1);
    receiver.behave(answer(410));
    await ping(pressroom, id);
    const endpoint = await until('the endpoint is disabled', async () => {
      const { body } = await pressroom.call<{ status: string }>('GET', `/v1/webhook-endpoints/${id}`);
      return body.status === 'disabled' ? body : undefined;
    });
    expect(endpoint).toMatchObject({ disabledReason: 'The receiver answered 410 Gone.' });
    const deliveries = await deliveriesOf(pressroom, id);
    expect(deliveries.map(({ status }) => status)).toEqual(['disabled', 'disabled']);
    for (const path of [`/v1/webhook-endpoints/${id}/test`, `/v1/webhook-deliveries/${waiting}/redeliver`]) {
      const refused = await pressroom.call('POST', path);
      expect(refused.status).toBe(422);
      expect(refused.body).toMatchObject({ code: 'webhook-endpoint-disabled' });
    }
    await pressroom.call('PATCH', `/v1/webhook-endpoints/${id}`, { body: { status: 'enabled' } });
    receiver.behave(answer(200));
    const again = await pressroom.call('POST', `/v1/webhook-deliveries/${waiting}/redeliver`);
    expect(again.status).toBe(202);
    await until('it is delivered', async () => {
      const found = (await deliveriesOf(pressroom, id)).find((delivery) => delivery.id === waiting);
      return found?.status === 'delivered' ? true : undefined;
    });
  });
});

describe('a receiver that does not answer', () => {
  const pressroom = usePressroom({ env: () => ({ ...env(), PRESSROOM_WEBHOOK_TIMEOUT: '60s' }) });
  const hanging = WebhookReceiver.use(hang);
  const healthy = WebhookReceiver.use();

  it('has five messages under way at most, and holds up nobody else', async () => {
    const slow = await register(pressroom, { url: hanging.url });
    const fast = await register(pressroom, { url: healthy.url });
    for (let index = 0; index < 12; index++) await ping(pressroom, slow.id);
    await until('five are under way', () => (hanging.open === 5 ? true : undefined));
    const sent: string[] = [];
    for (let index = 0; index < 20; index++) sent.push(await ping(pressroom, fast.id));
    await until('the healthy one has all', () => (healthy.messages.length === 20 ? true : undefined));
    // All of them came while the first five were still held: none of those has ended.
    expect(hanging.open).toBe(5);
    expect(hanging.messages).toHaveLength(5);
    expect(healthy.messages.map(({ id }) => id).sort()).toEqual(sent.sort());
    const states = (await deliveriesOf(pressroom, slow.id)).map(({ status }) => status);
    expect(states.filter((status) => status === 'delivering')).toHaveLength(5);
    expect(states.filter((status) => status === 'pending')).toHaveLength(7);
  });
});

describe('a worker that is lost while it sends', () => {
  const pressroom = usePressroom({ env: () => ({ ...env(), PRESSROOM_WEBHOOK_TIMEOUT: '1s' }) });
  const receiver = WebhookReceiver.use();

  it('is followed by another, which sends the message again with the same id', async () => {
    const { id } = await register(pressroom, { url: receiver.url });
    // The receiver has answered, but the row is locked: the worker dies before it can write that down.
    const client = await pressroom.connect();
    try {
      receiver.behave((response, _request, message) => {
        void lock(message.id).then(() => response.writeHead(204).end());
      });
      const lock = async (delivery: string): Promise<void> => {
        await client.query('BEGIN');
        const uuid = delivery.slice(4);
        await client.query(`SELECT FROM webhook_deliveries WHERE replace(id::text, '-', '') = $1 FOR UPDATE`, [uuid]);
      };
      const deliveryId = await ping(pressroom, id);
      const [worker] = pressroom.liveWorkers;
      await until('the outcome waits for the lock', async () => {
        const waiting = await pressroom.query(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
              AND query LIKE '%settled%'`,
        );
        return waiting.length > 0 ? true : undefined;
      });
      worker!.kill('SIGKILL');
      await worker!.exited;
      await client.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE wait_event_type = $1', ['Lock']);
      await client.query('COMMIT');
      receiver.behave(answer(204));
      await pressroom.startWorker();
      expect(await delivered(pressroom, id)).toMatchObject({ id: deliveryId, attempts: 2 });
      expect(receiver.messages.map((message) => message.id)).toEqual([deliveryId, deliveryId]);
    } finally {
      client.release();
    }
  });
});

describe('a worker that is stopped while it sends', () => {
  const pressroom = usePressroom({ env });
  const receiver = WebhookReceiver.use(hang);

  it('hands the delivery back without counting the try', async () => {
    const { id } = await register(pressroom, { url: receiver.url });
    const deliveryId = await ping(pressroom, id);
    await until('it is under way', () => (receiver.open === 1 ? true : undefined));
    const [worker] = pressroom.liveWorkers;
    expect(await worker!.stop()).toBe(0);
    expect(await deliveriesOf(pressroom, id)).toMatchObject([{ id: deliveryId, status: 'pending', attempts: 0 }]);
    receiver.behave(answer(204));
    await pressroom.startWorker();
    expect(await delivered(pressroom, id)).toMatchObject({ id: deliveryId, attempts: 1 });
  });
});
