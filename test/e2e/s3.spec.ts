import { createHash } from 'node:crypto';
import { salesDefinition } from '../support/definitions';
import { usePressroom } from '../support/pressroom';
import { S3Server, s3Credentials } from '../support/s3-server';

describe('a service that keeps its files in a bucket', () => {
  let server: S3Server;
  let bucket: string;
  beforeAll(async () => {
    server = await S3Server.start();
    bucket = await server.newBucket();
  });
  const pressroom = usePressroom({
    env: () => ({
      ...s3Credentials,
      PRESSROOM_STORAGE: 's3',
      PRESSROOM_S3_ENDPOINT: server.endpoint,
      PRESSROOM_S3_PATH_STYLE: 'true',
      PRESSROOM_S3_BUCKET: bucket,
      PRESSROOM_S3_PREFIX: 'pressroom/',
    }),
  });
  afterAll(() => server.stop());

  it('renders an upload that lies there, and serves the file, whole and in part', async () => {
    await pressroom.putTemplate(salesDefinition);
    const rows = Array.from({ length: 50_000 }, (_, index) => `{"region":"R${index}","amount":"1.50"}`).join('\n');
    const upload = await pressroom.upload(rows, 'application/x-ndjson');
    const id = await pressroom.accept({ template: 'sales', parameters: { month: 'May' }, data: { sales: { upload } } });
    const { file } = await pressroom.waitFor(id, 'succeeded');
    const { bytes } = await pressroom.call('GET', `/v1/reports/${id}/file`);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(file?.sha256);
    const part = await pressroom.call('GET', `/v1/reports/${id}/file`, { headers: { range: 'bytes=5-9' } });
    expect(part.status).toBe(206);
    expect(part.bytes).toEqual(bytes.subarray(5, 10));
    expect(bytes.length).toBeGreaterThan(100_000);
  });
});
