import { createHash } from 'node:crypto';
import { salesDefinition, salesRequest } from '../support/definitions';
import { holdReport } from '../support/held-upload';
import { usePressroom } from '../support/pressroom';
import { until } from '../support/until';

describe('the same request and asOf', () => {
  const pressroom = usePressroom();
  beforeAll(() => pressroom.putTemplate());

  const asOf = '2026-01-31T12:00:00Z';

  async function render(request: object): Promise<{ bytes: Buffer; sha256: string }> {
    const { file } = await pressroom.waitFor(await pressroom.accept(request), 'succeeded');
    return { bytes: (await pressroom.call('GET', file!.href)).bytes, sha256: file!.sha256 };
  }

  it('gives the same bytes, on another day, from another worker process', async () => {
    const first = await render({ ...salesRequest, asOf });
    const again = await render({ ...salesRequest, asOf: '2026-01-31T13:00:00+01:00' });
    expect(again.sha256).toBe(first.sha256);
    await pressroom.workers[0]!.stop();
    await pressroom.startWorker({ TZ: 'Asia/Kathmandu', LANG: 'de_DE.UTF-8' });
    const elsewhere = await render({ ...salesRequest, asOf });
    expect(elsewhere.sha256).toBe(first.sha256);
    expect(elsewhere.bytes.equals(first.bytes)).toBe(true);
  });

  it('gives other bytes for another asOf, parameter or row', async () => {
    const { sha256 } = await render({ ...salesRequest, asOf });
    const others = [
      { ...salesRequest, asOf: '2026-01-31T12:00:01Z' },
      { ...salesRequest, asOf, parameters: { month: 'June' } },
      { ...salesRequest, asOf, data: { sales: [{ region: 'North', amount: '10.11' }] } },
    ];
    for (const request of others) expect((await render(request)).sha256).not.toBe(sha256);
  });

  it('gives the same bytes in whatever pieces the rows arrive', async () => {
    const { id, held } = await holdReport(pressroom);
    await until('some rows were read', async () => {
      const { progress } = await pressroom.report(id);
      return progress.rows > 50 ? true : undefined;
    });
    await held.release();
    const slow = await pressroom.waitFor(id, 'succeeded');
    const upload = await pressroom.upload(held.content);
    const fast = await render({ ...salesRequest, asOf: slow.asOf, data: { sales: { upload } } });
    expect(fast.sha256).toBe(slow.file?.sha256);
  });

  it('says what the file was made from, in the report and in the file itself', async () => {
    const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
    const hashOf = (...values: string[]): string =>
      sha256(Buffer.concat(values.flatMap((value) => [Buffer.from(value), Buffer.of(0xff)])));
    const upload = await pressroom.upload('region,amount\nNorth,1.50\n');
    const ofUpload = await pressroom.accept({ ...salesRequest, asOf, locale: 'de', data: { sales: { upload } } });
    const { provenance, href } = (await pressroom.waitFor(ofUpload, 'succeeded')).file!;
    const { body: template } = await pressroom.call<{ hash: string }>('GET', '/v1/templates/sales/versions');
    expect(provenance).toEqual({
      engineVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
      template: { name: 'sales', version: 1 },
      definitionHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
      parametersHash: sha256('{"month":"May"}'),
      locale: 'de',
      timeZone: 'UTC',
      asOf: '2026-01-31T12:00:00.000Z',
      data: { sales: { rows: 1, hash: hashOf('North', '1.50') } },
    });
    expect(JSON.stringify(template)).toContain(`"hash":"${provenance.definitionHash}"`);
    const pdf = (await pressroom.call('GET', href)).bytes.toString('latin1');
    expect(pdf).toContain(`<pressroom:definitionHash>${provenance.definitionHash}</pressroom:definitionHash>`);
    expect(pdf).toContain(`<pressroom:hash>${hashOf('North', '1.50')}</pressroom:hash>`);

    const ofDefinition = await pressroom.accept({ ...salesRequest, template: undefined, definition: salesDefinition });
    const { file } = await pressroom.waitFor(ofDefinition, 'succeeded');
    expect(file!.provenance).toMatchObject({
      template: null,
      definitionHash: provenance.definitionHash,
      data: { sales: { rows: 2, hash: hashOf('North', '10.10', 'South', '20.20') } },
    });
  });

  it('gives the same bytes also of many rows', async () => {
    const rows = Array.from({ length: 3_000 }, (_, index) => `Region ${index % 7},${index}.${index % 10}`);
    const upload = await pressroom.upload(`region,amount\n${rows.join('\n')}\n`);
    const request = { ...salesRequest, asOf, data: { sales: { upload } } };
    expect((await render(request)).sha256).toBe((await render(request)).sha256);
  });
});
