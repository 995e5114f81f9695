import { openStorage } from '../../../storage/drivers';
import type { DatasetSource, RowBatch } from '../../driver';
import { createRowParser } from '../../row-formats';

type UploadSource = Extract<DatasetSource, { driver: 'upload' }>;

/** Rows of a file that was uploaded before. */
export async function* openUpload({ storage, key, mediaType }: UploadSource): AsyncGenerator<RowBatch> {
  const parser = createRowParser(mediaType);
  const content = await openStorage(storage).get(key);
  for await (const chunk of content as AsyncIterable<Uint8Array>) yield parser.write(chunk);
  yield parser.end();
}
