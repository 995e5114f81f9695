import type { Answer, ReportBody } from '../support/bodies';
import { letterDefinition, salesRequest } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';

interface Page {
  data: ReportBody[];
  nextCursor: string | null;
}

describe('GET /v1/reports', () => {
  const pressroom = usePressroom();
  /** Oldest first. */
  const ids: string[] = [];
  let canceled: string;

  beforeAll(async () => {
    await pressroom.putTemplate();
    await pressroom.putTemplate(letterDefinition);
    for (let index = 0; index < 5; index++)
      ids.push(await pressroom.accept({ ...salesRequest, reference: `order-${index % 2}` }));
    ids.push(await pressroom.accept({ template: 'letter' }));
    for (const id of ids) await pressroom.waitFor(id, 'succeeded');
    // Two of the same time, to the microsecond: the id must tell them apart.
    await pressroom.query(
      `UPDATE reports SET created_at = (SELECT created_at FROM reports WHERE id = $1) WHERE id = $2`,
      [uuidOf(ids[3]!), uuidOf(ids[4]!)],
    );
    canceled = await cancelWaiting();
    ids.push(canceled);
  });

  const list = (query = '', key?: string): Promise<Answer<Page>> =>
    pressroom.call<Page>('GET', `/v1/reports${query}`, { key });
  const idsOf = ({ body }: Answer<Page>): string[] => body.data.map(({ id }) => id);

  async function cancelWaiting(): Promise<string> {
    for (;;) {
      const id = await pressroom.accept({ template: 'letter' });
      const answer = await pressroom.call('POST', `/v1/reports/${id}/cancel`);
      if (answer.status !== 409) {
        await pressroom.waitFor(id, 'canceled');
        return id;
      }
      ids.push(id);
    }
  }

  async function walk(query: string): Promise<string[]> {
    const seen: string[] = [];
    let path: string | undefined = `/v1/reports?${query}`;
    while (path !== undefined) {
      const { status, headers, body }: Answer<Page> = await pressroom.call<Page>('GET', path);
      expect(status).toBe(200);
      seen.push(...body.data.map(({ id }) => id));
      const link = headers.get('link');
      path = link === null ? undefined : /^<([^>]+)>; rel="next"$/.exec(link)![1];
      expect(path === undefined).toBe(body.nextCursor === null);
      if (body.nextCursor !== null) expect(path).toContain(encodeURIComponent(body.nextCursor));
    }
    return seen;
  }

  it('shows all reports, newest first, as their own resources do', async () => {
    const answer = await list();
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    expect(answer.body.nextCursor).toBeNull();
    expect(idsOf(answer)).toEqual(ids.toReversed());
    expect(answer.body.data.at(-1)).toEqual(await pressroom.report(ids[0]!));
  });

  it.each([1, 2, 3])('can be walked through %d at a time, each report once', async (limit) => {
    expect(await walk(`limit=${limit}`)).toEqual(ids.toReversed());
    expect(await walk(`limit=${limit}&reference=order-1`)).toEqual([ids[3], ids[1]]);
  });

  it('neither repeats nor skips when reports are added during the walk', async () => {
    const first = await list('?limit=3');
    await pressroom.accept({ template: 'letter' }).then((id) => ids.push(id));
    const next = await list(`?limit=200&cursor=${encodeURIComponent(first.body.nextCursor!)}`);
    expect([...idsOf(first), ...idsOf(next)]).toEqual(ids.slice(0, -1).toReversed());
  });

  it('filters by status, template, reference and time', async () => {
    expect(idsOf(await list('?status=canceled'))).toEqual([canceled]);
    expect(idsOf(await list('?status=failed,expired'))).toEqual([]);
    expect(idsOf(await list('?template=sales&status=succeeded,canceled'))).toEqual(ids.slice(0, 5).toReversed());
    expect(idsOf(await list('?reference=order-0'))).toEqual([ids[4], ids[2], ids[0]]);
    const { createdAt } = await pressroom.report(ids[2]!);
    expect(idsOf(await list(`?template=sales&createdBefore=${createdAt}`))).toEqual([ids[1], ids[0]]);
    expect(idsOf(await list(`?template=sales&createdAfter=${createdAt}`))).toEqual(
      expect.arrayContaining([ids[4], ids[3]]),
    );
    expect(idsOf(await list('?createdAfter=2999-01-01T00:00:00%2B02:00'))).toEqual([]);
  });

  it('counts a report whose file is past its time as expired', async () => {
    const id = await pressroom.accept({ template: 'letter', reference: 'brief', expiresIn: 1 });
    await pressroom.waitFor(id, 'expired');
    expect(idsOf(await list('?reference=brief&status=expired'))).toEqual([id]);
    expect(idsOf(await list('?reference=brief&status=succeeded'))).toEqual([]);
  });

  it('lowers a limit that is too large', async () => {
    for (const limit of ['201', '100000', '9'.repeat(30), '9'.repeat(400)])
      expect({ limit, status: (await list(`?limit=${limit}`)).status }).toEqual({ limit, status: 200 });
  });

  it.each([
    'limit=0',
    'limit=1.5',
    'limit=x',
    'limit=',
    'status=done',
    'status=',
    'status=queued,',
    'createdAfter=yesterday',
    'createdAfter=2026-01-31',
    'Status=queued',
    'state=queued',
    'cursors=x',
    'reference=%00',
    'batchId=bat_x',
    `batchId=rep_${'0'.repeat(32)}`,
    'template[]=sales',
  ])('refuses the query %s', async (query) => {
    const { status, body } = await pressroom.call('GET', `/v1/reports?${query}`);
    expect({ query, status, code: body.code }).toEqual({ query, status: 400, code: 'invalid-parameter' });
  });

  it('refuses a day that no month has', async () => {
    expect((await list('?createdBefore=2026-02-30T00:00:00Z')).status).toBe(400);
  });

  it('refuses a cursor that was made by nobody, for other filters, or for another tenant', async () => {
    const cursor = (await list('?limit=1')).body.nextCursor!;
    const other = await pressroom.createKey('other');
    const [payload, signature] = cursor.split('.');
    const forged = `${Buffer.from('["2026-01-01","x"]').toString('base64url')}.${signature!}`;
    const refused = [
      await list('?cursor='),
      await list('?cursor=abc'),
      await list('?cursor=%00'),
      await list(`?cursor=${payload!}`),
      await list(`?cursor=${forged}`),
      await list(`?cursor=${cursor}x`),
      await list(`?reference=order-1&cursor=${cursor}`),
      await list(`?cursor=${cursor}`, other),
    ];
    for (const { status, text } of refused) {
      expect(status).toBe(400);
      expect(JSON.parse(text)).toMatchObject({ code: 'invalid-cursor' });
    }
  });

  it('shows nothing of other tenants', async () => {
    const other = await pressroom.createKey('stranger');
    expect((await list('', other)).body).toEqual({ data: [], nextCursor: null });
  });
});
