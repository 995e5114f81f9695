import type { TypedBatch } from '../model/element';
import { RenderError, nameOf } from '../model/faults';
import type { Field, Value } from '../model/value';
import { ValueFault, readValue } from '../values/read-value';

/** A row as it came: CSV gives strings, NDJSON any JSON value. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowBatch {
  rows: readonly Row[];
  /** 1-based source line of each row, where the source is a text file. */
  lines?: readonly number[];
}

/** Rows that are placed together, a few pages of a usual table; always as many, so that a file does not depend on its source's batches. */
const BATCH_SIZE = 256;

/** Told of rows before they are read, which it may refuse; and of what is odd about them. */
export interface RowsObserver {
  admit(rows: number): void;
  warn(code: string, detail: string, count: number): void;
}

/**
 * Reads rows as their declared types. Warns of fields that no row has, which a mistyped name looks like.
 * @throws RenderError (data_invalid) naming dataset, row, line and field of the first value that does not fit.
 */
export async function* readRows(
  dataset: string,
  source: AsyncIterable<RowBatch>,
  fields: readonly Field[],
  observer: RowsObserver,
): AsyncGenerator<TypedBatch> {
  const missing = new Set(fields);
  let first = 1;
  let rows: Value[][] = [];
  let lines: (number | undefined)[] = [];
  for await (const batch of source) {
    observer.admit(batch.rows.length);
    for (const [index, raw] of batch.rows.entries()) {
      const line = batch.lines?.[index];
      rows.push(readRow(raw, fields, { dataset, row: first + rows.length, line }));
      lines.push(line);
      if (missing.size > 0) forgetPresent(missing, raw);
      if (rows.length < BATCH_SIZE) continue;
      yield { first, rows, lines };
      first += rows.length;
      rows = [];
      lines = [];
    }
  }
  const count = first - 1 + rows.length;
  if (rows.length > 0) yield { first, rows, lines };
  if (count === 0) return;
  for (const { name, from } of missing) {
    const detail = `No row of the dataset ${dataset} has ${JSON.stringify(from)}, from which the field ${name} is read.`;
    observer.warn('field_missing', detail, count);
  }
}

function forgetPresent(missing: Set<Field>, row: Row): void {
  for (const field of missing) if (Object.hasOwn(row, field.from)) missing.delete(field);
}

interface Place {
  readonly dataset: string;
  readonly row: number;
  readonly line: number | undefined;
}

function readRow(row: unknown, fields: readonly Field[], place: Place): Value[] {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) throw invalid(place, 'is not an object of fields');
  return fields.map((field) => {
    const value = readValue(Object.hasOwn(row, field.from) ? (row as Row)[field.from] : undefined, field);
    if (value instanceof ValueFault) throw invalid(place, `${JSON.stringify(field.from)} ${value.detail}`, field);
    return value;
  });
}

function invalid({ dataset, row, line }: Place, why: string, field?: Field): RenderError {
  const place = { dataset, row, ...(line !== undefined && { line }) };
  return new RenderError('data_invalid', `${nameOf(place)}: ${why}.`, {
    ...place,
    ...(field && { field: field.name }),
  });
}
