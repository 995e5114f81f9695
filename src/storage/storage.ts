import type { Readable } from 'node:stream';
import { AppError } from '../platform/errors/app-error';

/** What is known of a stored object. */
export interface StoredObject {
  size: number;
  /** Hex. */
  sha256: string;
}

/** An object as {@link Storage.list} finds it. */
export interface ListedObject {
  key: string;
  /** When it was written, by the clock of the storage. */
  modifiedAt: Date;
}

/** Bytes from `start` to `end`, both included. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * Where finished files and uploads lie. A key is a relative path of `[A-Za-z0-9._-]` segments, made from ids and never
 * from a client's words. An object is there whole or not at all, and is never changed.
 */
export interface Storage {
  /**
   * Writes a stream under a new key. Leaves nothing, and throws {@link StorageUnavailable} or what the stream threw, when
   * it is not written to its end; an ordinary Error when the key is taken.
   */
  put(key: string, content: AsyncIterable<Uint8Array>): Promise<StoredObject>;

  /** Opens an object, whole or in part. Throws {@link ObjectMissing} or {@link StorageUnavailable}. */
  get(key: string, range?: ByteRange): Promise<Readable>;

  /** Size in bytes, or undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;

  /** Removes an object; one that is not there is no error. */
  remove(key: string): Promise<void>;

  /** All objects whose key begins with a folder's name, such as `reports/`, in no order. */
  list(folder: string): AsyncIterable<ListedObject>;

  /**
   * Removes what a {@link put} that was cut off by a crash left before a time; readable by nobody, it only takes room.
   *
   * @returns how many such remains were removed
   */
  removeRemains(before: Date): Promise<number>;

  /** Bytes that can still be written, or undefined where there is no such bound. */
  freeBytes(): Promise<number | undefined>;
}

/** Injection token of the {@link Storage}. */
export const STORAGE = Symbol('storage');

/** Plain data from which a render thread, which shares no objects with its process, opens the same storage. */
export type StorageLocation = LocalLocation | S3Location;

interface LocalLocation {
  driver: 'local';
  directory: string;
}

export interface S3Location {
  driver: 's3';
  bucket: string;
  /** Put before every key, such as `pressroom/`; may be empty. */
  prefix: string;
  region: string;
  /** Of a server other than Amazon's, such as `https://minio.internal:9000`. */
  endpoint?: string;
  /** Whether the bucket stands in the path of a URL rather than in its host name. */
  isPathStyle: boolean;
}

/** The storage cannot take or give anything now: full, read-only, broken. */
export class StorageUnavailable extends AppError {
  constructor(cause: unknown) {
    super('service-unavailable', {}, { cause, headers: { 'retry-after': '5' } });
  }
}

export class ObjectMissing extends Error {
  constructor(key: string) {
    super(`there is no object ${key}`);
  }
}

const keyPattern = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;

/** Refuses what is not a key; every driver calls it first. */
export function requireKey(key: string): void {
  if (!keyPattern.test(key)) throw new Error(`not a storage key: ${key}`);
}
