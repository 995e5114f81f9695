import type { Readable } from 'node:stream';

/** What is known of a stored object. */
export interface StoredObject {
  size: number;
  /** Hex. */
  sha256: string;
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

  /** Opens an object, whole or in part. Throws {@link ObjectMissing}. */
  get(key: string, range?: ByteRange): Promise<Readable>;

  /** Size in bytes, or undefined where there is no such object. */
  size(key: string): Promise<number | undefined>;

  /** Removes an object; one that is not there is no error. */
  remove(key: string): Promise<void>;
}

/** Injection token of the {@link Storage}. */
export const STORAGE = Symbol('storage');

/** Plain data from which a render thread, which shares no objects with its process, opens the same storage. */
export interface StorageLocation {
  driver: 'local';
  directory: string;
}

/** The storage cannot take or give anything now: full, read-only, broken. */
export class StorageUnavailable extends Error {
  constructor(cause: unknown) {
    super('the storage does not work', { cause });
  }
}

export class ObjectMissing extends Error {
  constructor(key: string) {
    super(`there is no object ${key}`);
  }
}
