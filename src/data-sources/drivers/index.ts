import type { DatasetSource, RowBatch } from '../driver';
import { openPayload } from './payload/payload';
import { openUpload } from './upload/upload';

/** Opens a dataset with the driver that its source names; here stands the list of drivers. */
export function openDataset(source: DatasetSource): AsyncIterable<RowBatch> {
  switch (source.driver) {
    case 'payload':
      return openPayload(source);
    case 'upload':
      return openUpload(source);
  }
}
