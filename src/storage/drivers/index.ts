import type { Storage, StorageLocation } from '../storage';
import { LocalStorage } from './local/local-storage';
import { S3Storage } from './s3/s3-storage';

/** Opens a storage by the name of its driver. */
export function openStorage(location: StorageLocation): Storage {
  switch (location.driver) {
    case 'local':
      return new LocalStorage(location.directory);
    case 's3':
      return new S3Storage(location);
  }
}
