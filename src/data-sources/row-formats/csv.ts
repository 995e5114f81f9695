import type { Row, RowBatch } from '../driver';
import type { RowParser } from './row-parser';
import { MalformedRows, maxRowLength } from './row-parser';

/**
 * CSV with a header (RFC 4180): commas, double quotes, CRLF or LF, with or without a byte order mark; empty lines are
 * passed over. Written for size: a line without quotes is cut up by the runtime's own split, which leaves little to
 * collect, and a whole file is read within a few mebibytes.
 */
export class CsvParser implements RowParser {
  private readonly decoder = new TextDecoder('utf-8', { fatal: true });
  private rest = '';
  private line = 1;
  private header: string[] | undefined;

  write(chunk: Uint8Array): RowBatch {
    return this.parse(this.rest + this.decode(chunk, true), false);
  }

  end(): RowBatch {
    const batch = this.parse(this.rest + this.decode(new Uint8Array(0), false), true);
    if (!this.header) throw new MalformedRows(1, undefined, 'The file is empty; its first line must name the columns.');
    return batch;
  }

  private parse(text: string, isLast: boolean): RowBatch {
    const batch = { rows: [] as Row[], lines: [] as number[] };
    let position = 0;
    let quote = text.indexOf('"');
    while (position < text.length) {
      if (quote !== -1 && quote < position) quote = text.indexOf('"', position);
      const record = readRecord(text, position, quote, isLast, this.line);
      if (!record) break;
      if (record.values.length > 1 || record.values[0] !== '' || quote === position) this.add(record.values, batch);
      this.line += record.lineCount;
      position = record.next;
    }
    this.rest = text.slice(position);
    if (this.rest.length > maxRowLength)
      throw new MalformedRows(
        this.line,
        undefined,
        `This row is longer than ${maxRowLength} characters; is a quote not closed?`,
      );
    return batch;
  }

  private add(values: string[], batch: Required<RowBatch>): void {
    if (!this.header) {
      checkHeader(values, this.line);
      this.header = values;
      return;
    }
    const { header } = this;
    if (values.length !== header.length) {
      const counts = `This row has ${values.length} values, but the header names ${header.length} columns.`;
      throw new MalformedRows(this.line, undefined, counts);
    }
    const row: Record<string, string> = {};
    for (let index = 0; index < header.length; index++) row[header[index]!] = values[index]!;
    batch.rows.push(row);
    batch.lines.push(this.line);
  }

  private decode(chunk: Uint8Array, isMore: boolean): string {
    try {
      return this.decoder.decode(chunk, { stream: isMore });
    } catch {
      throw new MalformedRows(this.line, undefined, 'This line, or one soon after it, is not valid UTF-8.');
    }
  }
}

const maxColumns = 2_000;
const loneCarriageReturn = 'A carriage return stands alone; lines end with CRLF or LF.';

/** @throws MalformedRows for a header that can only be a misunderstanding */
function checkHeader(names: string[], line: number): void {
  if (names.length > maxColumns)
    throw new MalformedRows(line, undefined, `There are ${names.length} columns, but at most ${maxColumns} may be.`);
  const seen = new Set<string>();
  for (const name of names) {
    if (seen.has(name)) throw new MalformedRows(line, undefined, `The column '${name}' is there twice.`);
    seen.add(name);
  }
  const separator = names.length === 1 && /[;\t|]/.exec(names[0]!)?.[0];
  if (separator) {
    const shown = separator === '\t' ? 'a tab' : `'${separator}'`;
    throw new MalformedRows(line, undefined, `The columns seem to be separated by ${shown}; separate them by commas.`);
  }
}

interface CsvRecord {
  values: string[];
  /** Lines that the record takes up; more than one when a quoted value has line breaks. */
  lineCount: number;
  /** Where the next record begins. */
  next: number;
}

/**
 * The record at `start`, or undefined when its end is still to come.
 *
 * @param quote the first quote from `start` on, or -1: looked for once, not anew for each record
 */
function readRecord(text: string, start: number, quote: number, isLast: boolean, line: number): CsvRecord | undefined {
  let end = text.indexOf('\n', start);
  if (end === -1) {
    if (!isLast) return undefined;
    end = text.length;
  }
  if (quote !== -1 && quote < end) return readQuotedRecord(text, start, isLast, line);
  const isCrLf = text.charCodeAt(end - 1) === 13 && end > start;
  const content = text.slice(start, isCrLf ? end - 1 : end);
  if (content.includes('\r')) throw new MalformedRows(line, undefined, loneCarriageReturn);
  return { values: content.split(','), lineCount: 1, next: end + 1 };
}

/** A record in which some value is quoted, and may have commas, quotes (doubled) and line breaks. */
function readQuotedRecord(text: string, start: number, isLast: boolean, line: number): CsvRecord | undefined {
  const values: string[] = [];
  for (let position = start; ; position++) {
    const isQuoted = text[position] === '"';
    const end = isQuoted ? findClosingQuote(text, position) : findEndOfPlain(text, position);
    const after = isQuoted ? end + 1 : end;
    if (end === -1 || (!isLast && after + 1 >= text.length)) {
      if (isLast) throw new MalformedRows(line, undefined, 'A quoted value is not closed before the end of the file.');
      return undefined; // its end, or what follows its end, is in the next chunk
    }
    const value = text.slice(isQuoted ? position + 1 : position, end);
    values.push(isQuoted ? value.replaceAll('""', '"') : value);
    position = text.startsWith('\r\n', after) ? after + 1 : after;
    if (position >= text.length || text[position] === '\n')
      return { values, lineCount: countLineBreaks(text, start, position) + 1, next: position + 1 };
    if (text[position] !== ',') throw misplacedQuote(text, start, position, line);
  }
}

function findClosingQuote(text: string, opening: number): number {
  let quote = text.indexOf('"', opening + 1);
  while (quote !== -1 && text[quote + 1] === '"') quote = text.indexOf('"', quote + 2);
  return quote;
}

/** The comma, line break or misplaced quote that ends a value without quotes. */
function findEndOfPlain(text: string, start: number): number {
  for (let position = start; position < text.length; position++) {
    const character = text.charCodeAt(position);
    if (character === 44 || character === 10 || character === 34) return position;
    if (character === 13 && text.charCodeAt(position + 1) === 10) return position;
  }
  return text.length;
}

function countLineBreaks(text: string, start: number, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n', start); at !== -1 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function misplacedQuote(text: string, start: number, position: number, line: number): MalformedRows {
  const lineStart = Math.max(start, text.lastIndexOf('\n', position) + 1);
  const detail = 'A quote stands where none may. Put the whole value in quotes, and double those inside it.';
  return new MalformedRows(line + countLineBreaks(text, start, position), position - lineStart + 1, detail);
}
