import { Module } from '@nestjs/common';
import { resolve } from 'node:path';
import type { Config } from '../platform/config/config';
import { CONFIG } from '../platform/config/config';
import { openStorage } from './drivers';
import type { StorageLocation } from './storage';
import { STORAGE } from './storage';

export function storageLocation(config: Config): StorageLocation {
  return { driver: 'local', directory: resolve(config.storageDirectory) };
}

@Module({
  providers: [
    { provide: STORAGE, inject: [CONFIG], useFactory: (config: Config) => openStorage(storageLocation(config)) },
  ],
  exports: [STORAGE],
})
export class StorageModule {}
