import type { RowPlace, TypedBatch, Variables } from '../model/element';
import type { RenderPlace, Warnings } from '../model/faults';
import { RenderError, nameOf } from '../model/faults';
import type { DatasetPlan } from '../model/report';
import type { Column, Field, Value } from '../model/value';
import { ValueFault, readValue } from '../values/read-value';
import { DataHash } from './data-hash';
import { comparatorOf } from './sort-rows';

/** A row as it came: CSV gives strings, NDJSON any JSON value. */
export type Row = Readonly<Record<string, unknown>>;

export interface RowBatch {
  rows: readonly Row[];
  /** 1-based source line of each row, where the source is a text file. */
  lines?: readonly number[];
}

/** Rows that are placed together, a few pages of a usual table; always as many, so that a file does not depend on its source's batches. */
export const BATCH_SIZE = 256;

interface Reading {
  readonly dataset: string;
  readonly source: AsyncIterable<RowBatch>;
  readonly plan: DatasetPlan;
  /** What computed fields can read beside the row. */
  readonly variables: Variables;
  readonly warnings: Warnings;
  /** Told of the source's batches before they are read; may refuse them. */
  admit(rows: number): void;
  /** Told the hash of all rows once they were read; see {@link DataHash}. */
  onRead?(hash: string): void;
}

/**
 * Reads rows as their declared types, and computes what is computed from them. Warns of fields that no row has.
 * @throws RenderError naming dataset, row, line and field of the first value that does not fit (data_invalid) or cannot be
 *   computed (template_error), unless the dataset says to skip or mark such rows; then it is a warning.
 */
export async function* readRows(reading: Reading): AsyncGenerator<TypedBatch> {
  const { source, plan } = reading;
  const isAfter = orderCheck(plan);
  const reader = new RowReader(reading);
  let number = 0;
  let previous: readonly Value[] | undefined;
  const missing = new Set(plan.fields);
  let batch = new Batch();
  for await (const { rows, lines } of source) {
    reading.admit(rows.length);
    for (let index = 0; index < rows.length; index += 1) {
      const raw = rows[index]!;
      number += 1;
      const line = lines?.[index];
      const place = line === undefined ? { row: number } : { row: number, line };
      if (missing.size > 0) forgetPresent(missing, raw);
      const values = reader.read(raw, place);
      const faults = reader.takeFaults();
      if (faults && !admitFaulty(faults, reading)) continue;
      if (previous && isAfter(previous, values)) throw outOfOrder(reading, place, previous, values);
      previous = values;
      batch.add(values, place, faults !== undefined);
      if (batch.rows.length < BATCH_SIZE) continue;
      yield batch;
      batch = new Batch();
    }
  }
  if (batch.rows.length > 0) yield batch;
  if (number > 0) warnOfMissing(missing, number, reading);
  reading.onRead?.(reader.digest());
}

class Batch implements TypedBatch {
  readonly rows: Value[][] = [];
  readonly places: RowPlace[] = [];
  marked?: Set<number>;

  add(values: Value[], place: RowPlace, isMarked: boolean): void {
    if (isMarked) (this.marked ??= new Set()).add(this.rows.length);
    this.rows.push(values);
    this.places.push(place);
  }
}

function forgetPresent(missing: Set<Field>, row: Row): void {
  // A source may give what is no row.
  for (const field of missing) if (Object.hasOwn(Object(row) as object, field.from)) missing.delete(field);
}

/** A field that no row has is what a mistyped name looks like. */
function warnOfMissing(missing: ReadonlySet<Field>, count: number, { dataset, warnings }: Reading): void {
  for (const { name, from } of missing) {
    const detail = `No row of the dataset ${dataset} has ${JSON.stringify(from)}, from which the field ${name} is read.`;
    warnings.add('field_missing', detail, count);
  }
}

/** Whether a row stays in spite of its faults. */
function admitFaulty(faults: readonly RenderError[], { plan, warnings }: Reading): boolean {
  if (plan.onRowError === 'fail') throw faults[0]!;
  const isSkipped = plan.onRowError === 'skip';
  for (const { detail } of isSkipped ? faults.slice(0, 1) : faults) {
    warnings.add(isSkipped ? 'row_skipped' : 'row_marked', detail);
  }
  return !isSkipped;
}

/** Reads row by row; what is at fault becomes nothing (null). */
class RowReader {
  private readonly hash = new DataHash();
  private faults: RenderError[] = [];

  constructor(private readonly reading: Reading) {}

  /** The values in the order of the dataset's columns. */
  read(row: unknown, place: RowPlace): Value[] {
    const { fields, columns, computed } = this.reading.plan;
    if (typeof row !== 'object' || row === null || Array.isArray(row)) {
      this.faults.push(this.invalid(place, 'is not an object of fields'));
      fields.forEach(() => this.hash.add(null));
      return columns.map(() => null);
    }
    const values = new Array<Value>(fields.length);
    for (let index = 0; index < fields.length; index += 1) {
      values[index] = this.readField(row as Row, fields[index]!, place);
    }
    if (computed.length > 0) this.compute(values, place);
    return values;
  }

  /** Those of the row that was read last; undefined where there are none. */
  takeFaults(): RenderError[] | undefined {
    if (this.faults.length === 0) return undefined;
    const { faults } = this;
    this.faults = [];
    return faults;
  }

  /** Of all rows, at the end. */
  digest(): string {
    return this.hash.digest();
  }

  private readField(row: Row, field: Field, place: RowPlace): Value {
    const { from } = field;
    // A row has no other names than its own but those that every object has.
    const raw = from in Object.prototype && !Object.hasOwn(row, from) ? undefined : row[from];
    const value = readValue(raw, field);
    this.hash.add(value === null ? null : raw);
    if (!(value instanceof ValueFault)) return value;
    this.faults.push(this.invalid(place, `${JSON.stringify(field.from)} ${value.detail}`, field));
    return null;
  }

  private compute(values: Value[], place: RowPlace): void {
    const { plan, variables } = this.reading;
    const row: Record<string, Value> = {};
    for (const [index, { name }] of plan.fields.entries()) row[name] = values[index]!;
    for (const column of plan.computed) {
      const value = this.evaluate(column, { ...variables, row }, place);
      row[column.name] = value;
      values.push(value);
    }
  }

  private evaluate(column: DatasetPlan['computed'][number], variables: Variables, place: RowPlace): Value {
    try {
      return column.expression.evaluate(variables);
    } catch (error) {
      if (!(error instanceof RenderError)) throw error;
      const at = placeOf(this.reading, place, column);
      const detail = `${nameOf(at)}: \`${column.name}\` cannot be computed. ${error.detail}`;
      this.faults.push(new RenderError(error.code, detail, at, { cause: error }));
      return null;
    }
  }

  private invalid(place: RowPlace, why: string, field?: Field): RenderError {
    const at = placeOf(this.reading, place, field);
    return new RenderError('data_invalid', `${nameOf(at)}: ${why}.`, at);
  }
}

/** Says of two rows whether the first should come after the second. */
function orderCheck({ orderedBy }: DatasetPlan): (a: readonly Value[], b: readonly Value[]) => boolean {
  if (orderedBy.length === 0) return () => false;
  const compare = comparatorOf(orderedBy);
  return (a, b) => compare(a, b) > 0;
}

function outOfOrder(
  reading: Reading,
  place: RowPlace,
  before: readonly Value[],
  values: readonly Value[],
): RenderError {
  const { columns, orderedBy } = reading.plan;
  const { column } = orderedBy.find((key) => comparatorOf([key])(before, values) !== 0)!;
  const at = placeOf(reading, place, columns[column]);
  const why = `is out of order: its \`${columns[column]!.name}\`, ${shown(values[column]!)}, comes after ${shown(before[column]!)}`;
  return new RenderError('data_invalid', `${nameOf(at)} ${why}.`, at);
}

const SHOWN_LENGTH = 40;

function shown(value: Value): string {
  if (value === null) return 'nothing';
  return JSON.stringify(value instanceof Date ? value : String(value).slice(0, SHOWN_LENGTH));
}

const placeOf = (
  { dataset }: Reading,
  place: RowPlace,
  column?: Column,
): RenderPlace & RowPlace & { dataset: string } => ({
  dataset,
  ...place,
  ...(column && { field: column.name }),
});
