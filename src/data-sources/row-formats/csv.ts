import { CsvError, Parser } from 'csv-parse';
import type { Row, RowBatch } from '../driver';
import type { RowParser } from './row-parser';
import { MalformedRows, maxRowLength } from './row-parser';

/** CSV with a header (RFC 4180): commas, double quotes, CRLF or LF, with or without a byte order mark. */
export class CsvParser implements RowParser {
  private readonly parser: Parser;
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private header: string[] | undefined;
  private batch: Required<RowBatch> = { rows: [], lines: [] };
  private line = 1;

  constructor() {
    this.parser = new Parser({
      bom: true,
      skipEmptyLines: true,
      relaxColumnCount: true, // counted below, where the message can name the header
      maxRecordSize: maxRowLength,
      onRecord: (record: unknown, { lines }) => {
        this.add(record as string[], lines);
        return null; // nothing is handed on, so the parser's own output never fills up
      },
    });
    this.parser.on('error', () => undefined); // reported to the writer below
  }

  async write(chunk: Uint8Array): Promise<RowBatch> {
    this.checkEncoding(chunk, true);
    await this.feed((done) => this.parser.write(chunk, done));
    return this.takeBatch();
  }

  async end(): Promise<RowBatch> {
    this.checkEncoding(new Uint8Array(0), false);
    await this.feed((done) => this.parser.end(done));
    if (!this.header) throw new MalformedRows(1, undefined, 'The file is empty; its first line must name the columns.');
    return this.takeBatch();
  }

  private feed(write: (done: (error?: Error | null) => void) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      write((error) => (error ? reject(toMalformedRows(error)) : resolve()));
    });
  }

  private add(values: string[], line: number): void {
    this.line = line;
    if (!this.header) {
      const twice = values.find((name, index) => values.indexOf(name) !== index);
      if (twice !== undefined) throw new MalformedRows(1, undefined, `The column '${twice}' is there twice.`);
      this.header = values;
      return;
    }
    if (values.length !== this.header.length)
      throw new MalformedRows(
        line,
        undefined,
        `This row has ${values.length} values, but the header names ${this.header.length} columns.`,
      );
    const row: Record<string, unknown> = {};
    for (let index = 0; index < values.length; index++) row[this.header[index]!] = values[index];
    this.batch.rows.push(row);
    this.batch.lines.push(line);
  }

  private takeBatch(): RowBatch {
    const { batch } = this;
    this.batch = { rows: [] as Row[], lines: [] };
    return batch;
  }

  /** The parser replaces bytes that are not UTF-8; a report must not. */
  private checkEncoding(chunk: Uint8Array, isMore: boolean): void {
    try {
      this.decoder.decode(chunk, { stream: isMore });
    } catch {
      throw new MalformedRows(this.line, undefined, 'This line, or one soon after it, is not valid UTF-8.');
    }
  }
}

function toMalformedRows(error: Error): Error {
  if (!(error instanceof CsvError)) return error;
  const line = Number(error.lines ?? 1);
  switch (error.code) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return new MalformedRows(line, undefined, 'A quoted value is not closed before the end of the file.');
    case 'CSV_INVALID_CLOSING_QUOTE':
    case 'INVALID_OPENING_QUOTE':
    case 'CSV_NON_TRIMABLE_CHAR_AFTER_CLOSING_QUOTE': {
      const column = typeof error.column === 'number' ? error.column + 1 : undefined;
      return new MalformedRows(
        line,
        column,
        'A quote stands where none may. Quote the whole value and double the quotes inside.',
      );
    }
    case 'CSV_MAX_RECORD_SIZE':
      return new MalformedRows(
        line,
        undefined,
        `This row is longer than ${maxRowLength} characters; is a quote not closed?`,
      );
    default:
      return new MalformedRows(line, undefined, error.message);
  }
}
