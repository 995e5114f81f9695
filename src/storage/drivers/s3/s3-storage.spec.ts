import { S3Server, s3Credentials } from '../../../../test/support/s3-server';
import type { S3Location } from '../../storage';
import { StorageUnavailable } from '../../storage';
import { storageContract } from '../../storage.contract';
import { S3Storage } from './s3-storage';

describe('S3Storage', () => {
  let server: S3Server;

  beforeAll(async () => {
    Object.assign(process.env, s3Credentials);
    server = await S3Server.start();
  });
  afterAll(() => server.stop());

  async function newLocation(): Promise<S3Location> {
    const { endpoint } = server;
    const bucket = await server.newBucket();
    return { driver: 's3', bucket, prefix: 'files/', region: 'us-east-1', endpoint, isPathStyle: true };
  }

  storageContract(async () => new S3Storage(await newLocation()));

  it('keeps nothing of an object that broke off after parts of it were sent', async () => {
    const storage = new S3Storage(await newLocation());
    async function* breaking(): AsyncGenerator<Uint8Array> {
      for (let sent = 0; sent < 20; sent += 1) yield Buffer.alloc(2 ** 20);
      await Promise.resolve();
      throw new Error('broken');
    }
    await expect(storage.put('a', breaking())).rejects.toThrow('broken');
    expect(await storage.size('a')).toBeUndefined();
  });

  it.each([
    ['has no such bucket', async () => ({ ...(await newLocation()), bucket: 'absent' })],
    ['is not there', async () => ({ ...(await newLocation()), endpoint: 'http://127.0.0.1:9' })],
  ])('says that a server which %s cannot be used', async (_, locate) => {
    const storage = new S3Storage(await locate());
    await expect(storage.put('a', one())).rejects.toThrow(StorageUnavailable);
    await expect(storage.get('a')).rejects.toThrow(StorageUnavailable);
  });
});

async function* one(): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield Buffer.from('x');
}
