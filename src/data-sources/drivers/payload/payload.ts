import type { DatasetSource, RowBatch } from '../../driver';

type PayloadSource = Extract<DatasetSource, { driver: 'payload' }>;

/** Rows that came with the report request. */
// eslint-disable-next-line @typescript-eslint/require-await -- a generator of the port's shape, with nothing to wait for
export async function* openPayload({ rows }: PayloadSource): AsyncGenerator<RowBatch> {
  const batchSize = 1_000;
  for (let start = 0; start < rows.length; start += batchSize) yield { rows: rows.slice(start, start + batchSize) };
}
