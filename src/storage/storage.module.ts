import { Module } from '@nestjs/common';
import { resolve } from 'node:path';
import type { Config } from '../platform/config/config';
import { CONFIG } from '../platform/config/config';
import { openStorage } from './drivers';
import type { StorageLocation } from './storage';
import { STORAGE } from './storage';

export function storageLocation(config: Config): StorageLocation {
  if (config.storage === 'local') return { driver: 'local', directory: resolve(config.storageDirectory) };
  return {
    driver: 's3',
    bucket: config.s3Bucket,
    prefix: config.s3Prefix,
    region: config.s3Region,
    ...(config.s3Endpoint !== '' && { endpoint: config.s3Endpoint }),
    isPathStyle: config.s3PathStyle === 'true',
  };
}

@Module({
  providers: [
    { provide: STORAGE, inject: [CONFIG], useFactory: (config: Config) => openStorage(storageLocation(config)) },
  ],
  exports: [STORAGE],
})
export class StorageModule {}
