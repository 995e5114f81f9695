import type { DatasetSource, OpenDataset, RowBatch } from '../driver';
import { openPayload } from './payload/payload';
import { openUpload } from './upload/upload';

type Name = DatasetSource['driver'];

/** All data source drivers by name. */
const drivers: { [D in Name]: OpenDataset<Extract<DatasetSource, { driver: D }>> } = {
  payload: openPayload,
  upload: openUpload,
};

/** Opens a dataset with the driver that its source names. */
export function openDataset(source: DatasetSource): AsyncIterable<RowBatch> {
  return (drivers[source.driver] as OpenDataset<DatasetSource>)(source);
}
