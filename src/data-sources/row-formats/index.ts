import type { RowFormatName } from '../driver';
import { CsvParser } from './csv';
import { NdjsonParser } from './ndjson';
import type { RowParser } from './row-parser';

/** All formats of row files by media type. */
const rowFormats: Record<RowFormatName, new () => RowParser> = {
  'text/csv': CsvParser,
  'application/x-ndjson': NdjsonParser,
};

export function createRowParser(mediaType: RowFormatName): RowParser {
  return new rowFormats[mediaType]();
}
