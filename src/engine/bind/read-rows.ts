import type { TypedBatch } from '../model/element';
import { RenderError } from '../model/faults';
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

/**
 * Reads rows as their declared types. `admit` is told of the source's batches before they are read, and may refuse them.
 * @throws RenderError (data_invalid) naming dataset, row, line and field of the first value that does not fit.
 */
export async function* readRows(
  dataset: string,
  source: AsyncIterable<RowBatch>,
  fields: readonly Field[],
  admit: (rows: number) => void,
): AsyncGenerator<TypedBatch> {
  let first = 1;
  let rows: Value[][] = [];
  for await (const batch of source) {
    admit(batch.rows.length);
    for (const [index, raw] of batch.rows.entries()) {
      rows.push(readRow(raw, fields, { dataset, row: first + rows.length, line: batch.lines?.[index] }));
      if (rows.length < BATCH_SIZE) continue;
      yield { first, rows };
      first += rows.length;
      rows = [];
    }
  }
  if (rows.length > 0) yield { first, rows };
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
  const where = `Dataset ${dataset}, row ${row}${line === undefined ? '' : ` (line ${line})`}`;
  return new RenderError('data_invalid', `${where}: ${why}.`, {
    dataset,
    row,
    ...(line !== undefined && { line }),
    ...(field && { field: field.name }),
  });
}
