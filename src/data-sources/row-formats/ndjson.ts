import { findSyntaxError } from '../../platform/http/strict-json';
import type { Row, RowBatch } from '../driver';
import type { RowParser } from './row-parser';
import { MalformedRows, maxRowLength } from './row-parser';

/** One JSON object a line (https://github.com/ndjson/ndjson-spec); blank lines are passed over. */
export class NdjsonParser implements RowParser {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private line = 0;

  write(chunk: Uint8Array): RowBatch {
    return this.parse(chunk, true);
  }

  end(): RowBatch {
    return this.parse(new Uint8Array(0), false);
  }

  private parse(chunk: Uint8Array, isMore: boolean): RowBatch {
    const lines = (this.rest + this.decode(chunk, isMore)).split('\n');
    this.rest = isMore ? lines.pop()! : '';
    if (this.rest.length > maxRowLength) throw tooLong(this.line + 1);
    const batch = { rows: [] as Row[], lines: [] as number[] };
    for (const text of lines) {
      this.line++;
      if (text.trim() === '') continue;
      batch.rows.push(parseRow(text, this.line));
      batch.lines.push(this.line);
    }
    return batch;
  }

  private decode(chunk: Uint8Array, isMore: boolean): string {
    try {
      return this.decoder.decode(chunk, { stream: isMore });
    } catch {
      throw new MalformedRows(this.line + 1, undefined, 'This line, or one soon after it, is not valid UTF-8.');
    }
  }
}

function parseRow(text: string, line: number): Row {
  if (text.length > maxRowLength) throw tooLong(line);
  let row: unknown;
  try {
    row = JSON.parse(text);
  } catch {
    const column = findSyntaxError(text) + 1;
    throw new MalformedRows(line, column, 'This is not valid JSON. Each line is one JSON object.');
  }
  if (typeof row !== 'object' || row === null || Array.isArray(row))
    throw new MalformedRows(line, 1, 'A row is a JSON object, with the fields as its members.');
  return row as Row;
}

function tooLong(line: number): MalformedRows {
  return new MalformedRows(line, undefined, `This row is longer than ${maxRowLength} characters.`);
}
