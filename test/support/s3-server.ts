import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import S3rver from 's3rver';

/** Where the AWS SDK finds the only credentials that s3rver knows. */
export const s3Credentials = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };

/**
 * s3rver, a small server that speaks a part of S3's protocol. It shows requests, parts, ranges and errors to be right; it
 * looks at no checksum and no If-None-Match, and cannot go on from one page of a listing to the next.
 */
export class S3Server {
  private buckets = 0;

  private constructor(
    readonly endpoint: string,
    private readonly directory: string,
    private readonly server: S3rver,
  ) {}

  static async start(): Promise<S3Server> {
    const directory = await mkdtemp(join(tmpdir(), 'pressroom-s3-'));
    const server = new S3rver({ address: '127.0.0.1', port: 0, directory, silent: true });
    const { port } = await server.run();
    return new S3Server(`http://127.0.0.1:${port}`, directory, server);
  }

  /** Makes an empty bucket and returns its name. */
  async newBucket(): Promise<string> {
    const Bucket = `bucket-${(this.buckets += 1)}`;
    const credentials = {
      accessKeyId: s3Credentials.AWS_ACCESS_KEY_ID,
      secretAccessKey: s3Credentials.AWS_SECRET_ACCESS_KEY,
    };
    const client = new S3Client({ region: 'us-east-1', endpoint: this.endpoint, forcePathStyle: true, credentials });
    await client.send(new CreateBucketCommand({ Bucket }));
    client.destroy();
    return Bucket;
  }

  async stop(): Promise<void> {
    await this.server.close();
    await rm(this.directory, { recursive: true, force: true });
  }
}
