import type { StorageLocation } from '../storage/storage';

/** A row as its source gives it: text from CSV, any JSON value from JSON. */
export type Row = Readonly<Record<string, unknown>>;

/** Rows arrive many at a time, so that a single row costs no promise. */
export interface RowBatch {
  rows: Row[];
  /** The line on which each row stands in its source, from 1; absent where there are no lines. */
  lines?: number[];
}

/** Where the rows of a dataset come from: plain data, because it is sent to the thread that reads them. */
export type DatasetSource =
  | { driver: 'payload'; rows: Row[] }
  | { driver: 'upload'; storage: StorageLocation; key: string; mediaType: RowFormatName; rowCount: number };

/** The port of a data source: reads the rows from the first to the last, once. */
export type OpenDataset<S extends DatasetSource> = (source: S) => AsyncIterable<RowBatch>;

/** Media types of row files. */
export const rowFormatNames = ['text/csv', 'application/x-ndjson'] as const;

export type RowFormatName = (typeof rowFormatNames)[number];
