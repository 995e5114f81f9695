import { isUtf8 } from 'node:buffer';
import { findSyntaxError } from '../../platform/http/strict-json';
import type { Row, RowBatch } from '../driver';
import { JsonObjectParser } from './json-object-parser';
import type { RowParser } from './row-parser';
import { MalformedRows, maxRowLength } from './row-parser';

/** One JSON object a line (https://github.com/ndjson/ndjson-spec); blank lines are passed over. */
export class NdjsonParser implements RowParser {
  private readonly objects = new JsonObjectParser();
  /** A line that has begun. */
  private rest = Buffer.alloc(0);
  private line = 0;

  write(chunk: Uint8Array): RowBatch {
    const bytes = Buffer.concat([this.rest, chunk]);
    const end = bytes.lastIndexOf(LINE_FEED) + 1;
    const batch = this.parse(bytes.subarray(0, end));
    this.rest = bytes.subarray(end);
    if (this.rest.length > maxRowBytes) throw tooLong(this.line + 1);
    return batch;
  }

  end(): RowBatch {
    return this.parse(this.rest);
  }

  /** Each line becomes a text of its own, so that a value that is kept keeps no more than its line in memory. */
  private parse(lines: Buffer): RowBatch {
    const batch = { rows: [] as Row[], lines: [] as number[] };
    const isValid = isUtf8(lines);
    let start = this.line === 0 && lines.indexOf(BYTE_ORDER_MARK) === 0 ? BYTE_ORDER_MARK.length : 0;
    while (start < lines.length) {
      const feed = lines.indexOf(LINE_FEED, start);
      const end = feed < 0 ? lines.length : feed;
      this.line += 1;
      if (!isValid && !isUtf8(lines.subarray(start, end)))
        throw new MalformedRows(this.line, undefined, 'This line is not valid UTF-8.');
      const row = this.parsePlain(lines, start, end) ?? this.parseRow(lines.toString('utf8', start, end));
      start = end + 1;
      if (!row) continue;
      batch.rows.push(row);
      batch.lines.push(this.line);
    }
    return batch;
  }

  private parsePlain(lines: Buffer, start: number, end: number): Row | undefined {
    return end - start <= maxRowLength ? this.objects.parsePlain(lines, start, end) : undefined;
  }

  /** Undefined for a blank line. */
  private parseRow(text: string): Row | undefined {
    if (text.trim() === '') return undefined;
    if (text.length > maxRowLength) throw tooLong(this.line);
    let row: unknown;
    try {
      row = this.objects.parse(text);
    } catch {
      const column = findSyntaxError(text) + 1;
      throw new MalformedRows(this.line, column, 'This is not valid JSON. Each line is one JSON object.');
    }
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      throw new MalformedRows(this.line, 1, 'A row is a JSON object, with the fields as its members.');
    return row as Row;
  }
}

const LINE_FEED = 0x0a;
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

/** A character takes three bytes of UTF-8 at most, or four where it counts as two. */
const maxRowBytes = 3 * maxRowLength;

function tooLong(line: number): MalformedRows {
  return new MalformedRows(line, undefined, `This row is longer than ${maxRowLength} characters.`);
}
