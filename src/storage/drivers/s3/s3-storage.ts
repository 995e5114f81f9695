import type { S3Client } from '@aws-sdk/client-s3';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { ByteRange, ListedObject, S3Location, Storage, StoredObject } from '../../storage';
import { ObjectMissing, StorageUnavailable, requireKey } from '../../storage';

/** A part is held in memory until it is sent, so a put takes about three of these. */
const partSize = 8 * 2 ** 20;

/**
 * Objects in a bucket of Amazon S3 or of a server that speaks its protocol. An object that is larger than one part is
 * uploaded in parts, each with its SHA-256, and comes into being when the last one is confirmed. Credentials come from
 * where the AWS SDK looks for them: `AWS_ACCESS_KEY_ID` and its like, a profile, or the role of the machine.
 */
export class S3Storage implements Storage {
  private opened: Promise<Sdk> | undefined;

  constructor(private readonly location: S3Location) {}

  async put(key: string, content: AsyncIterable<Uint8Array>): Promise<StoredObject> {
    const target = this.target(key);
    const source = new CountedContent(content);
    try {
      const { client, s3, Upload } = await this.open();
      // A server that does not know If-None-Match would replace the object.
      if ((await this.size(key)) !== undefined) throw new KeyTaken(key);
      const params = {
        ...target,
        Body: Readable.from(source.chunks(), { objectMode: false }),
        ChecksumAlgorithm: 'SHA256' as const,
        IfNoneMatch: '*',
      };
      await new Upload({ client, params, partSize, queueSize: 2 }).done();
      const { ContentLength } = await client.send(new s3.HeadObjectCommand(target));
      if (ContentLength !== source.size)
        throw new Error(`${source.size} bytes were sent, the object has ${ContentLength ?? 'none'}`);
    } catch (error) {
      if (source.fault) throw source.fault.error;
      if (nameOf(error) === 'PreconditionFailed') throw new KeyTaken(key);
      throw error instanceof KeyTaken ? error : new StorageUnavailable(error);
    }
    return { size: source.size, sha256: source.sha256 };
  }

  async get(key: string, range?: ByteRange): Promise<Readable> {
    const target = this.target(key);
    try {
      const { client, s3 } = await this.open();
      const Range = range && `bytes=${range.start}-${range.end}`;
      const { Body } = await client.send(new s3.GetObjectCommand({ ...target, Range }));
      if (!(Body instanceof Readable)) throw new Error('the answer has no body');
      return Body;
    } catch (error) {
      throw isMissing(error) ? new ObjectMissing(key) : new StorageUnavailable(error);
    }
  }

  async size(key: string): Promise<number | undefined> {
    const target = this.target(key);
    try {
      const { client, s3 } = await this.open();
      return (await client.send(new s3.HeadObjectCommand(target))).ContentLength;
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw new StorageUnavailable(error);
    }
  }

  async remove(key: string): Promise<void> {
    const { client, s3 } = await this.open();
    await client.send(new s3.DeleteObjectCommand(this.target(key)));
  }

  async *list(folder: string): AsyncGenerator<ListedObject> {
    const { client, s3 } = await this.open();
    const { bucket: Bucket, prefix } = this.location;
    for await (const page of s3.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix + folder }))
      for (const { Key, LastModified } of page.Contents ?? [])
        if (Key && LastModified) yield { key: Key.slice(prefix.length), modifiedAt: LastModified };
  }

  /** Parts of uploads that broke off are the bucket's own to remove: a lifecycle rule does it without being asked. */
  removeRemains(): Promise<number> {
    return Promise.resolve(0);
  }

  freeBytes(): Promise<undefined> {
    return Promise.resolve(undefined);
  }

  private target(key: string): { Bucket: string; Key: string } {
    requireKey(key);
    return { Bucket: this.location.bucket, Key: this.location.prefix + key };
  }

  /** The SDK takes a tenth of a second to load, which only those pay who use it. */
  private open(): Promise<Sdk> {
    this.opened ??= openSdk(this.location);
    return this.opened;
  }
}

interface Sdk {
  client: S3Client;
  s3: typeof import('@aws-sdk/client-s3');
  Upload: typeof import('@aws-sdk/lib-storage').Upload;
}

async function openSdk({ region, endpoint, isPathStyle }: S3Location): Promise<Sdk> {
  const s3 = await import('@aws-sdk/client-s3');
  const { Upload } = await import('@aws-sdk/lib-storage');
  const client = new s3.S3Client({
    region,
    endpoint,
    forcePathStyle: isPathStyle,
    // Other servers refuse the trailing checksums that the SDK would add of itself; put asks for the ones it wants.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      // A download that its client takes slowly is no fault, and holds a connection for as long as it lasts.
      socketTimeout: 0,
      httpAgent: { keepAlive: true, maxSockets: 1_000 },
      httpsAgent: { keepAlive: true, maxSockets: 1_000 },
    },
  });
  return { client, s3, Upload };
}

/** Counts and hashes content on its way, and remembers whether it was the content that broke. */
class CountedContent {
  size = 0;
  fault: { error: unknown } | undefined;
  private readonly hash = createHash('sha256');

  constructor(private readonly content: AsyncIterable<Uint8Array>) {}

  get sha256(): string {
    return this.hash.digest('hex');
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    try {
      for await (const chunk of this.content) {
        this.hash.update(chunk);
        this.size += chunk.length;
        yield chunk;
      }
    } catch (error) {
      this.fault = { error };
      throw error;
    }
  }
}

class KeyTaken extends Error {
  constructor(key: string) {
    super(`there is an object ${key} already`);
  }
}

function isMissing(error: unknown): boolean {
  return ['NoSuchKey', 'NotFound'].includes(nameOf(error));
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
