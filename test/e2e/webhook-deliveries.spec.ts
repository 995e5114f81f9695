import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';
import { WebhookReceiver } from '../support/webhook-receiver';
import type { DeliveryBody } from '../support/webhooks';
import { delivered, ping, register } from '../support/webhooks';

const url = 'https://93.184.215.14/hook';

interface Page {
  data: DeliveryBody[];
  nextCursor: string | null;
}

describe('the log of webhook deliveries', () => {
  const pressroom = usePressroom({ workers: 0 });
  const ids: string[] = [];
  let [one, other] = ['', ''];
  beforeAll(async () => {
    one = (await register(pressroom, { url })).id;
    other = (await register(pressroom, { url })).id;
    for (let index = 0; index < 5; index++) ids.unshift(await ping(pressroom, index < 3 ? one : other));
  });

  const list = (query = '', key?: string) => pressroom.call<Page>('GET', `/v1/webhook-deliveries${query}`, { key });
  const idsOf = ({ body }: { body: Page }): string[] => body.data.map(({ id }) => id);

  it('is newest first, in pages that join without a gap', async () => {
    const seen: string[] = [];
    for (let query = '?limit=2'; query !== '';) {
      const answer = await list(query);
      seen.push(...idsOf(answer));
      const link = answer.headers.get('link');
      expect(link === null).toBe(answer.body.nextCursor === null);
      query = link === null ? '' : /<\/v1\/webhook-deliveries(.*)>; rel="next"/.exec(link)![1]!;
    }
    expect(seen).toEqual(ids);
  });

  it('is filtered by endpoint, status and type', async () => {
    expect(idsOf(await list(`?endpointId=${one}`))).toEqual(ids.slice(2));
    expect(idsOf(await list(`?endpointId=${other}&status=pending,delivered&type=endpoint.ping`))).toEqual(
      ids.slice(0, 2),
    );
    for (const query of [
      '?status=delivered',
      '?type=report.failed',
      `?endpointId=whe_${'0'.repeat(32)}`,
      '?endpointId=x',
    ])
      expect((await list(query)).body).toEqual({ data: [], nextCursor: null });
  });

  it.each(['?status=done', '?type=report', '?limit=0', '?limit=-1', '?reportId=x', '?limit=1&limit=2'])(
    'refuses %s with 400',
    async (query) => {
      const answer = await pressroom.call('GET', `/v1/webhook-deliveries${query}`);
      expect(answer.status).toBe(400);
      expect(answer.body.code).toBe('invalid-parameter');
    },
  );

  it('takes a cursor only for the same filters, and only of its own making', async () => {
    const { nextCursor } = (await list('?limit=2')).body;
    const reports = await pressroom.call<Page>('GET', '/v1/reports?limit=1');
    expect(reports.status).toBe(200);
    for (const path of [
      `/v1/webhook-deliveries?limit=2&status=pending&cursor=${nextCursor!}`,
      '/v1/webhook-deliveries?cursor=x',
      `/v1/reports?cursor=${nextCursor!}`,
    ]) {
      const answer = await pressroom.call('GET', path);
      expect({ path, status: answer.status, code: answer.body.code }).toEqual({
        path,
        status: 400,
        code: 'invalid-cursor',
      });
    }
  });

  it('shows nothing of another tenant', async () => {
    const key = await pressroom.createKey('stranger');
    expect((await list(`?endpointId=${one}`, key)).body.data).toEqual([]);
    expect((await list('', key)).body.data).toEqual([]);
  });
});

describe('deliveries that are no longer needed', () => {
  const pressroom = usePressroom({
    env: () => ({ PRESSROOM_OUTBOUND_ALLOW: '127.0.0.0/8', PRESSROOM_WEBHOOK_INTERVAL: '100ms' }),
  });
  const receiver = WebhookReceiver.use();
  const count = async () => (await pressroom.query('SELECT FROM webhook_deliveries')).length;
  const gone = () => until('they are gone', async () => ((await count()) === 0 ? true : undefined));

  it('are removed when their retention is over', async () => {
    const { id } = await register(pressroom, { url: receiver.url });
    await ping(pressroom, id);
    await delivered(pressroom, id);
    await pressroom.query(`UPDATE webhook_deliveries SET finished_at = now() - interval '29 days'`);
    const later = await ping(pressroom, id);
    await until('both are delivered', async () => {
      const rows = await pressroom.query(`SELECT FROM webhook_deliveries WHERE state = 'delivered'`);
      return rows.length === 2 ? true : undefined;
    });
    await pressroom.query(`UPDATE webhook_deliveries SET finished_at = now() - interval '31 days' WHERE attempts = 1`);
    await gone();
    expect((await pressroom.call('POST', `/v1/webhook-deliveries/${later}/redeliver`)).status).toBe(404);
  });

  it('are removed with their endpoint, and then it too', async () => {
    const { id } = await register(pressroom, { url: receiver.url });
    await ping(pressroom, id);
    await delivered(pressroom, id);
    await pressroom.call('DELETE', `/v1/webhook-endpoints/${id}`);
    expect((await pressroom.call<Page>('GET', '/v1/webhook-deliveries')).body.data).toEqual([]);
    await gone();
    await pressroom.query(
      `UPDATE webhook_endpoints SET deleted_at = now() - interval '2 hours' WHERE deleted_at IS NOT NULL`,
    );
    await until('the endpoint is gone', async () => {
      const rows = await pressroom.query('SELECT FROM webhook_endpoints WHERE deleted_at IS NOT NULL');
      return rows.length === 0 ? true : undefined;
    });
  });
});
