import type { BatchBody, ReportBody } from '../support/bodies';
import { letterDefinition } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { uuidOf } from '../support/public-id';

const hour = 3_600_000;
const day = 24 * hour;

/** The clean loop never comes by here: what has expired is refused by its time alone. */
describe('Expiry', () => {
  const pressroom = usePressroom({ env: () => ({ PRESSROOM_CLEAN_INTERVAL: '1h' }) });
  beforeAll(async () => {
    await pressroom.putTemplate(letterDefinition);
    for (const [name, retention] of [
      ['kept', { file: '12h', record: '400d' }],
      ['filed', { file: '90d' }],
    ] as const) {
      const definition = { ...letterDefinition, name, retention };
      await pressroom.putTemplate(definition);
    }
  });

  const done = async (request: object): Promise<ReportBody> =>
    pressroom.waitFor(await pressroom.accept(request), 'succeeded');
  /** How long file and record are kept, in milliseconds, as the resource shows it. */
  const kept = ({ finishedAt, fileExpiresAt, recordExpiresAt }: ReportBody) => ({
    file: Date.parse(fileExpiresAt!) - Date.parse(finishedAt!),
    record: Date.parse(recordExpiresAt!) - Date.parse(finishedAt!),
  });

  it.each([
    ['as the service keeps all', { template: 'letter' }, 7 * day, 30 * day],
    ['as its template says', { template: 'kept' }, 12 * hour, 400 * day],
    ['its file as the request says, before the template', { template: 'kept', expiresIn: 60 }, 60_000, 400 * day],
    ['its record no shorter than its file', { template: 'filed' }, 90 * day, 90 * day],
    [
      'as a definition of its own says',
      { definition: { ...letterDefinition, retention: { record: '1d' } }, expiresIn: 1_000 },
      1_000_000,
      day,
    ],
  ])('keeps a report %s', async (_, request, file, record) => {
    expect(kept(await done(request))).toEqual({ file, record });
  });

  it('keeps the reports of a batch each as its template says', async () => {
    const reports = [{ template: 'letter' }, { template: 'kept' }];
    const { body } = await pressroom.call<BatchBody>('POST', '/v1/report-batches', { body: { reports } });
    const times = await Promise.all(body.reports.map(async ({ id }) => kept(await pressroom.waitFor(id, 'succeeded'))));
    expect(times).toEqual([
      { file: 7 * day, record: 30 * day },
      { file: 12 * hour, record: 400 * day },
    ]);
  });

  it('shows a report as expired, and its file as 410, from that moment on', async () => {
    const { id } = await done({ template: 'letter' });
    const before = await pressroom.call('GET', `/v1/reports/${id}`);
    await pressroom.query(`UPDATE reports SET file_expires_at = now() WHERE id = $1`, [uuidOf(id)]);
    const after = await pressroom.call<ReportBody>('GET', `/v1/reports/${id}`);
    expect(after.body).toMatchObject({ status: 'expired', file: null, links: { file: null } });
    expect(after.headers.get('etag')).not.toBe(before.headers.get('etag'));
    expect(after.headers.has('retry-after')).toBe(false);
    for (const method of ['GET', 'HEAD'])
      expect((await pressroom.call(method, `/v1/reports/${id}/file`)).status).toBe(410);
    const file = await pressroom.call('GET', `/v1/reports/${id}/file`);
    expect(file.body).toMatchObject({ code: 'file-expired' });
    const cancel = await pressroom.call('POST', `/v1/reports/${id}/cancel`);
    expect(cancel.status).toBe(409);
    expect(cancel.body).toMatchObject({ currentStatus: 'expired' });
    expect(await pressroom.query('SELECT FROM report_files WHERE report_id = $1', [uuidOf(id)])).toHaveLength(1);
  });

  it('knows nothing of a report whose record has ended', async () => {
    const { body: batch } = await pressroom.call<BatchBody>('POST', '/v1/report-batches', {
      body: { reports: [{ template: 'letter', reference: 'brief' }] },
    });
    const { id } = batch.reports[0]!;
    await pressroom.waitFor(id, 'succeeded');
    await pressroom.query('UPDATE reports SET file_expires_at = now(), record_expires_at = now() WHERE id = $1', [
      uuidOf(id),
    ]);
    for (const [method, path] of [
      ['GET', `/v1/reports/${id}`],
      ['GET', `/v1/reports/${id}/file`],
      ['GET', `/v1/reports/${id}/events`],
      ['POST', `/v1/reports/${id}/cancel`],
      ['DELETE', `/v1/reports/${id}`],
      ['GET', `/v1/report-batches/${batch.id}`],
    ] as const) {
      const { status, body } = await pressroom.call(method, path);
      expect({ method, path, status, code: body.code }).toEqual({ method, path, status: 404, code: 'not-found' });
    }
    const { text } = await pressroom.call('GET', '/v1/reports?reference=brief');
    expect(text).not.toContain(id);
  });
});
