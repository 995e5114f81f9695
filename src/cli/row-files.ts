/** Row files as datasets: CSV and NDJSON by their extension, standard input as NDJSON. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { extname } from 'node:path';
import type { RowFormatName } from '../data-sources/driver';
import { createRowParser } from '../data-sources/row-formats';
import { MalformedRows } from '../data-sources/row-formats/row-parser';
import type { RowBatch } from '../engine';
import { CliError, exitCodes } from './exit';

const formats: Readonly<Record<string, RowFormatName>> = {
  '.csv': 'text/csv',
  '.ndjson': 'application/x-ndjson',
  '.jsonl': 'application/x-ndjson',
};

/** A set of files that are read at the same time, with how far they are. */
export class RowFiles {
  private size = 0;
  private position = 0;

  constructor(private readonly stdin: NodeJS.ReadableStream) {}

  /** Between 0 and 1; `undefined` where nobody knows how much there is. */
  get share(): number | undefined {
    return Number.isFinite(this.size) && this.size > 0 ? this.position / this.size : undefined;
  }

  /** @param file `-` is standard input */
  async open(file: string): Promise<AsyncIterable<RowBatch>> {
    const format = file === '-' ? formats['.ndjson'] : formats[extname(file).toLowerCase()];
    if (!format) {
      const known = Object.keys(formats).join(', ');
      throw new CliError(exitCodes.usage, `${file}: rows are read from files that end in one of ${known}.`);
    }
    this.size += file === '-' ? Infinity : (await stat(file)).size;
    return this.read(file, format);
  }

  private async *read(file: string, format: RowFormatName): AsyncGenerator<RowBatch> {
    const parser = createRowParser(format);
    const content = file === '-' ? this.stdin : createReadStream(file);
    try {
      for await (const chunk of content as AsyncIterable<Uint8Array>) {
        this.position += chunk.length;
        yield parser.write(chunk);
      }
      yield parser.end();
    } catch (error) {
      if (!(error instanceof MalformedRows)) throw error;
      const place = [file, error.line, error.column].filter((part) => part !== undefined).join(':');
      throw new CliError(exitCodes.data, `${place}: ${error.detail}`);
    }
  }
}
